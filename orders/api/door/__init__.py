"""The door for apps that scan: one scan, many scans, what is needed to scan without us, and who scans."""
