package main

func (b bench) programmes() {}
