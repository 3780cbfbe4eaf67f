"""What the project is made of: bills of materials, and the licences of its packages."""
