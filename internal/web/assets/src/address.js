// A page that answers a form was sent to from the form's address. Its own one,
// which the server tells in the body, takes that one's place: what is
// refreshed, loaded again or come back to is the page, and no form is sent twice.

export const addressOf = (page) => page.body.dataset.page;

export function atHome() {
  const own = addressOf(document);
  if (!own) return; // nobody's page: it is nowhere else
  const answers = document.querySelector("#page[data-held]");
  if (answers || own !== location.pathname + location.search) history.replaceState(history.state, "", own + location.hash);
}
