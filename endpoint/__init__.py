"""The web application: reads one release, writes nothing."""
