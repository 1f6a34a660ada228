"""What people can have: the catalogue of services (`services`), friendly meals (`meals`), and my own (`mine`)."""
