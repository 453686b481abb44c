package pebble_test

func playChild(string) {}
