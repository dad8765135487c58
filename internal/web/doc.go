// Package web renders Headway's pages. Every page is HTML from the server,
// works with links and forms alone, and is kept fresh by a small script: the
// server signals that something changed and the page asks for itself again.
//
// routes.go is the site map. The files of one page lie together:
// plan.go (handler), plan.templ (HTML), plan.css, plan_test.go. A handler
// decodes the request, calls one view or one verb of internal/app, and renders
// or redirects; it holds no rule. Refused input re-renders the page with the
// error and what was typed; everything else that fails ends in Site.Fail.
//
// The parts of pages are in internal/web/ui, the plan's drawing in
// internal/web/timeline. The front-end is bundled by npm into assets/dist and
// embedded; without it the pages still work, unstyled, and say so.
package web
