"""BSG's One API as its SDKs see it. Thin: read the body, ask the sandbox, word the answer."""
