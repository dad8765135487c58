// Package ui holds the parts that Headway's pages are made of: the shell
// around every page, and components for states, people, times, gaps and
// verdicts. Parts take nouns and plain values, never a request or a database.
//
// Rules that every part keeps: no inline script, no inline style, no style
// attribute (positions are SVG attributes), state is told in words as well as
// in colour, times name the distance and the instant.
package ui
