"""What codes are good for."""
