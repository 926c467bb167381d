"""Images become a Dataset: built-in digits, torchvision's sets, image folders."""
