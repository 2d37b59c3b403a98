"""What the four XBlocks share. The block classes themselves sit directly under ``dgxblock/``: the platform looks for
their resources one level below the module that defines them."""
