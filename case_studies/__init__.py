"""The case library. It is data; being a package too, it is found wherever dgxblock is installed (as dgxblock_cases)."""
