"""A scene becomes a picture file, with no window."""
