"""Who somebody is to an order."""

import rules
@rules.predicate
def is_buyer(user, obj): return bool(user.is_authenticated and obj is not None and obj.user_id == user.pk)
@rules.predicate
def is_holder(user, obj): return is_buyer(user, obj)
@rules.predicate
def is_cart_owner(user, obj): return is_buyer(user, obj)
