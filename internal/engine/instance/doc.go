// Package instance reads scheduling problems from files and writes answers as
// scripts expect them: the .sm, .rcp and .sch formats of published libraries,
// multi-project .rcmp, and release-programme/1 JSON. It is pure: bytes in,
// engine.Problem out.
package instance
