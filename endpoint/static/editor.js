// The query editor: runs the query in place. Without this script the form does the same by loading the page anew.

const form = document.getElementById("query-form");
const answer = document.getElementById("answer");
let running = new AbortController();

/** Ask for this page with the query in it, and take over its answer: table and words have one home, the server. */
async function run(event) {
  event.preventDefault();
  running.abort();
  running = new AbortController();
  const button = form.querySelector("button");
  const address = `${form.getAttribute("action")}?${new URLSearchParams(new FormData(form))}`;
  button.disabled = true;
  try {
    const response = await fetch(address, { headers: { Accept: "text/html" }, signal: running.signal });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    answer.replaceChildren(...page.getElementById("answer").childNodes);
    history.replaceState(null, "", address);
    answer.querySelector("h2")?.scrollIntoView({ block: "nearest" });
  } catch (problem) {
    if (problem.name !== "AbortError") form.submit();
  } finally {
    button.disabled = false;
  }
}

form.addEventListener("submit", run);
form.addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run(event); });
