/* browse.js - what a page around an answer can do with a script: send PUT, PATCH, DELETE, OPTIONS and bodies typed in as
 * JSON, and show what came back. Everything else on the page works without it. */
"use strict";

const tried = document.getElementById("tried");

function cookie(name) {
	const found = document.cookie.split("; ").find((pair) => pair.startsWith(name + "="));
	return found ? found.slice(name.length + 1) : "";
}

function element(tag, text, attributes = {}) {
	const made = document.createElement(tag);
	made.textContent = text;
	for (const [name, value] of Object.entries(attributes))
		made.setAttribute(name, value);
	return made;
}

/* JSON laid out, with addresses as links; text nodes only, so nothing that came back is read as HTML. */
function layOut(value) {
	const pre = element("pre", "", { class: "body", tabindex: "0", "aria-label": "Body" });
	const text = JSON.stringify(value, null, 4);
	for (const part of text.split(/("https?:\/\/[^"\\\s]*")/)) {
		if (/^"https?:/.test(part))
			pre.append('"', element("a", part.slice(1, -1), { href: part.slice(1, -1), rel: "noreferrer" }), '"');
		else
			pre.append(part);
	}
	return pre;
}

function show(verb, answer, text) {
	const head = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
	tried.replaceChildren(
		element("h2", `Answer to ${verb}`),
		element("pre", `HTTP ${answer.status} ${answer.statusText}\n${head}`, { class: "exchange", tabindex: "0" }),
	);
	try {
		tried.append(text ? layOut(JSON.parse(text)) : element("p", "No body."));
	} catch {
		tried.append(element("pre", text, { class: "body" }));
	}
	if (verb === "DELETE" && answer.ok)
		tried.append(element("a", "Go on to the list", { href: location.pathname.replace(/[^/]+\/?$/, "") }));
	else if (["PUT", "PATCH"].includes(verb) && answer.ok)
		tried.append(element("a", "Show it anew", { href: location.pathname }));
}

async function send(verb, body, type) {
	const headers = { Accept: "application/json", "X-CSRFToken": cookie("csrftoken") };
	if (type)
		headers["Content-Type"] = type;
	tried.hidden = false;
	tried.replaceChildren(element("p", `Sending ${verb} …`));
	try {
		const answer = await fetch(location.pathname, { method: verb, headers, body, credentials: "same-origin" });
		show(verb, answer, await answer.text());
	} catch (wrong) {
		tried.replaceChildren(element("p", `${verb} did not reach the server: ${wrong.message}`, { class: "bad" }));
	}
	tried.focus();
}

/* Asks first; the dialog closes with the value of the button that was used. */
function sure() {
	const dialog = document.getElementById("sure");
	return new Promise((resolve) => {
		dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
		dialog.returnValue = "no";
		dialog.showModal();
	});
}

/* A form's fields as urlencoded text; what was left empty and is a choice is left out. */
function encode(form) {
	const pairs = new URLSearchParams(new FormData(form));
	for (const select of form.querySelectorAll("select:not([multiple])"))
		if (select.value === "")
			pairs.delete(select.name);
	for (const secret of form.querySelectorAll("input[type=password]"))
		if (secret.value === "")
			pairs.delete(secret.name);
	return pairs.toString();
}

/* The names of what may be chosen, beside what is chosen already. */
async function fill(select) {
	const chosen = new Set([...select.selectedOptions].map((option) => option.value));
	const answer = await fetch(select.dataset.choices, { headers: { Accept: "application/json" } });
	const items = answer.ok ? await answer.json() : [];
	if (!Array.isArray(items) || items.length === 0)
		return;
	select.replaceChildren(...items.map((item) => {
		const option = element("option", item.name ?? item.username ?? item.title ?? item.url, { value: item.url });
		option.selected = chosen.has(item.url);
		return option;
	}));
}

for (const hidden of document.querySelectorAll(".scripted"))
	if (hidden !== tried)
		hidden.hidden = false;

for (const button of document.querySelectorAll("button[data-verb]"))
	button.addEventListener("click", async () => {
		if (button.dataset.verb !== "DELETE" || (await sure()))
			send(button.dataset.verb);
	});

for (const form of document.querySelectorAll("form.raw"))
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		send(event.submitter?.value || form.dataset.verb, form.elements.content.value, form.elements.media.value);
	});

for (const form of document.querySelectorAll("form.plain.scripted"))
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		send(form.dataset.verb, encode(form), "application/x-www-form-urlencoded");
	});

/* A plain POST goes by itself; an empty choice or password is not meant to be sent. */
for (const form of document.querySelectorAll("form.plain:not(.scripted)"))
	form.addEventListener("formdata", (event) => {
		for (const field of form.querySelectorAll("select:not([multiple]), input[type=password]"))
			if (field.value === "")
				event.formData.delete(field.name);
	});

for (const select of document.querySelectorAll("select[data-choices]"))
	fill(select).catch(() => {});
