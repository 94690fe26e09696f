/* docs.js - shows the OpenAPI document beside it, and tries its operations. Text goes into the page as text only. */
"use strict";

const verbs = ["get", "post", "put", "patch", "delete"];
let contract = null;

/* make("td", {class: "x"}, "text", node, …) */
function make(name, attributes, ...children) {
	const node = document.createElement(name);
	for (const [key, value] of Object.entries(attributes || {}))
		if (value !== false && value !== null && value !== undefined)
			node.setAttribute(key, value === true ? "" : value);
	node.append(...children.filter((child) => child !== null && child !== undefined));
	return node;
}

function resolve(thing) {
	let seen = 0;
	while (thing && thing.$ref && seen++ < 20)
		thing = thing.$ref.split("/").slice(1).reduce((at, key) => at && at[key], contract);
	return thing || {};
}

/* ---- schemas in words ---- */

function typeWords(schema) {
	if (schema.$ref)
		return schema.$ref.split("/").pop();
	if (schema.allOf)
		return schema.allOf.map(typeWords).join(" and ");
	if (schema.anyOf)
		return schema.anyOf.map(typeWords).join(" or ");
	if (schema.type === "array")
		return "list of " + typeWords(schema.items || {});
	let words = [].concat(schema.type || []).join(" or ") || (schema.enum ? "one of " + schema.enum.map((v) => JSON.stringify(v)).join(", ") : "anything");
	if (schema.type && schema.enum)
		words += ": " + schema.enum.join(", ");
	if (schema.format)
		words += ", " + schema.format;
	return words;
}

function boundWords(schema) {
	const words = [];
	const bounds = [["minimum", "at least "], ["maximum", "at most "], ["minLength", "characters from "], ["maxLength", "characters up to "], ["minItems", "items from "], ["maxItems", "items up to "]];
	for (const [key, text] of bounds)
		if (schema[key] !== undefined)
			words.push(text + schema[key]);
	return words.join(", ");
}

function fieldTable(caption, rows) {
	const table = make("table", {}, make("caption", {}, caption), make("thead", {}, make("tr", {}, ...["Name", "What", "Bounds", "Says"].map((h) => make("th", { scope: "col" }, h)))));
	const body = make("tbody", {});
	for (const row of rows)
		body.append(make("tr", {}, make("th", { scope: "row" }, make("code", {}, row.name), row.required ? " (required)" : ""), make("td", {}, typeWords(row.schema)), make("td", {}, boundWords(row.schema)), make("td", {}, row.schema.description || row.description || "")));
	table.append(body);
	return table;
}

function schemaTable(caption, schema) {
	const object = resolve(schema);
	const rows = Object.entries(object.properties || {}).map(([name, property]) => ({ name, schema: property, required: (object.required || []).includes(name) }));
	return rows.length ? fieldTable(caption, rows) : make("p", {}, caption + ": " + typeWords(schema));
}

function example(schema, depth = 0) {
	const object = resolve(schema);
	if (depth > 6)
		return null;
	if (object.examples)
		return object.examples[0];
	if (object.enum)
		return object.enum[0];
	if (object.allOf)
		return example(object.allOf[0], depth + 1);
	if (object.anyOf)
		return example(object.anyOf[object.anyOf.length - 1], depth + 1);
	if (object.properties) {
		const out = {};
		for (const [name, property] of Object.entries(object.properties))
			if ((object.required || []).includes(name))
				out[name] = example(property, depth + 1);
		return out;
	}
	switch ([].concat(object.type || "string")[0]) {
	case "integer":
	case "number":
		return object.minimum > 0 ? object.minimum : 0;
	case "boolean":
		return false;
	case "array":
		return [];
	default:
		return "";
	}
}

/* ---- trying ---- */

function cookie(name) {
	const found = document.cookie.split("; ").find((pair) => pair.startsWith(name + "="));
	return found ? found.slice(name.length + 1) : "";
}

function callerHeaders(verb) {
	const form = document.getElementById("who").elements;
	const scheme = form.scheme.value;
	if (scheme === "basic") {
		const bytes = new TextEncoder().encode(form.username.value + ":" + form.password.value);
		return { Authorization: "Basic " + btoa(String.fromCharCode(...bytes)) };
	}
	if (scheme === "token")
		return { Authorization: "Token " + form.token.value };
	return verb === "get" ? {} : { "X-CSRFToken": cookie("csrftoken") };
}

function shellWord(text) {
	return "'" + text.replaceAll("'", "'\\''") + "'";
}

/* Credentials are left for the reader to fill in. */
function curlWords(verb, url, body) {
	let words = "curl -X " + verb.toUpperCase() + " -u NAME " + shellWord(url);
	if (body !== null)
		words += " -H 'Content-Type: application/json' -d " + shellWord(body);
	return words;
}

async function send(form, verb, path, parameters, answer) {
	let address = path;
	const query = new URLSearchParams();
	for (const parameter of parameters) {
		const value = form.elements["p-" + parameter.name].value;
		if (parameter.in === "path")
			address = address.replace("{" + parameter.name + "}", encodeURIComponent(value));
		else if (value !== "")
			query.append(parameter.name, value);
	}
	const url = new URL(address + (query.size || query.toString() ? "?" + query : ""), location.origin);
	const body = form.elements.body ? form.elements.body.value : null;
	const headers = Object.assign({ Accept: "application/json" }, callerHeaders(verb), body === null ? {} : { "Content-Type": "application/json" });
	const scheme = document.getElementById("who").elements.scheme.value;
	const began = performance.now();

	answer.replaceChildren(make("p", {}, "Asking …"));
	try {
		const reply = await fetch(url, { method: verb.toUpperCase(), headers, body: body === null ? undefined : body, credentials: scheme === "session" ? "same-origin" : "omit" });
		const text = await reply.text();
		let shown = text;
		try {
			shown = JSON.stringify(JSON.parse(text), null, 2);
		} catch (error) {
			/* not JSON: shown as it came */
		}
		answer.replaceChildren(
			make("p", {}, make("strong", {}, reply.status + " " + reply.statusText), " in " + Math.round(performance.now() - began) + " ms"),
			make("pre", { tabindex: "0", "aria-label": "Headers of the answer" }, [...reply.headers].map((pair) => pair.join(": ")).join("\n")),
			make("pre", { tabindex: "0", "aria-label": "Body of the answer" }, shown || "(no body)"),
			make("pre", { tabindex: "0", "aria-label": "The same with curl" }, curlWords(verb, url.href, body)));
	} catch (error) {
		answer.replaceChildren(make("p", {}, "No answer: " + error.message));
	}
}

function tryForm(verb, path, operation) {
	const parameters = (operation.parameters || []).map(resolve);
	const answer = make("div", { role: "status", "aria-live": "polite" });
	const form = make("form", { "aria-label": "Try " + verb.toUpperCase() + " " + path });
	for (const parameter of parameters)
		form.append(make("label", {}, parameter.name + " ", make("input", { name: "p-" + parameter.name, required: parameter.in === "path", autocomplete: "off" })));
	const json = operation.requestBody && resolve(operation.requestBody).content["application/json"];
	if (json) {
		const area = make("textarea", { name: "body", spellcheck: "false" });
		area.value = JSON.stringify(example(json.schema), null, 2);
		form.append(make("label", { class: "wide" }, "Body (JSON)"), area);
		area.setAttribute("aria-label", "Body (JSON)");
	}
	form.append(make("button", { type: "submit" }, "Try it"), answer);
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		send(form, verb, path, parameters, answer);
	});
	return form;
}

/* ---- one operation, filled when it is opened ---- */

function answerTable(operation) {
	const rows = Object.entries(operation.responses).map(([status, response]) => {
		const content = Object.entries(resolve(response).content || {});
		const types = content.length ? content.map(([media, type]) => media + (type.schema ? ": " + typeWords(type.schema) : "")).join("; ") : "no body";
		const cell = make("td", {}, response.description + " ");
		for (const [, type] of content)
			for (const key of Object.keys(type.examples || {})) {
				const code = key.replace(/\.\d+$/, "");
				cell.append(make("a", { href: "#" + code }, make("code", {}, code)), " ");
			}
		return make("tr", {}, make("th", { scope: "row" }, status), cell, make("td", {}, types));
	});
	return make("table", {}, make("caption", {}, "Answers"), make("tbody", {}, ...rows));
}

function fill(details, verb, path, operation) {
	const parameters = (operation.parameters || []).map(resolve);
	details.append(make("p", {}, "May be called by: " + operation["x-who"] + (operation["x-changes"] ? ". It changes something and refuses other sites." : ".")));
	if (parameters.length)
		details.append(fieldTable("Parameters", parameters.map((p) => ({ name: p.name + " (" + p.in + ")", schema: p.schema || {}, required: p.required, description: p.description }))));
	if (operation.requestBody) {
		const content = resolve(operation.requestBody).content;
		details.append(schemaTable("Body, as " + Object.keys(content).join(", "), Object.values(content)[0].schema));
	}
	details.append(answerTable(operation));
	for (const [status, response] of Object.entries(operation.responses))
		if (status < 300)
			for (const type of Object.values(resolve(response).content || {}))
				if (type.schema)
					details.append(schemaTable("Body of " + status, resolve(type.schema).type === "array" ? resolve(type.schema).items : type.schema));
	details.append(make("h3", {}, "Try it"), tryForm(verb, path, operation));
}

function operationDetails(verb, path, operation) {
	const details = make("details", { id: operation.operationId }, make("summary", {}, make("span", { class: "verb " + verb }, verb.toUpperCase()), make("span", { class: "path" }, path), make("span", { class: "says" }, operation.summary)));
	details.dataset.words = (verb + " " + path + " " + operation.summary).toLowerCase();
	details.addEventListener("toggle", () => fill(details, verb, path, operation), { once: true });
	return details;
}

/* ---- the page ---- */

function showOperations() {
	const sections = new Map(contract.tags.map((tag) => [tag.name, make("section", { "aria-label": tag.name }, make("h2", {}, tag.name), make("p", {}, tag.description || ""))]));
	for (const [path, item] of Object.entries(contract.paths))
		for (const verb of verbs)
			if (item[verb])
				sections.get(item[verb].tags[0]).append(operationDetails(verb, path, item[verb]));
	document.getElementById("operations").replaceChildren(...[...sections.values()].filter((section) => section.querySelector("details")));
}

function showProblems() {
	const rows = Object.values(contract.components.examples).map((one) => one.value);
	rows.sort((l, r) => (l.code < r.code ? -1 : 1));
	const seen = new Set();
	const body = make("tbody", {});
	for (const problem of rows) {
		const first = !seen.has(problem.code);
		seen.add(problem.code);
		body.append(make("tr", { id: first && problem.code }, make("th", { scope: "row" }, make("code", {}, problem.code)), make("td", {}, String(problem.status)), make("td", {}, problem.title), make("td", {}, problem.detail)));
	}
	document.getElementById("problems").replaceChildren(make("h2", {}, "Problems"), make("table", {}, make("thead", {}, make("tr", {}, ...["Code", "Status", "Title", "Detail"].map((h) => make("th", { scope: "col" }, h)))), body));
}

function openTarget() {
	const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
	if (target) {
		if (target.tagName === "DETAILS")
			target.open = true;
		target.scrollIntoView();
	}
}

function find() {
	const words = document.getElementById("find").value.toLowerCase().split(/\s+/).filter(Boolean);
	let count = 0;
	for (const details of document.querySelectorAll("#operations details")) {
		details.hidden = !words.every((word) => details.dataset.words.includes(word));
		count += !details.hidden;
	}
	document.getElementById("found").textContent = words.length ? count + " operations" : "";
}

function chooseScheme() {
	const scheme = document.getElementById("who").elements.scheme.value;
	document.getElementById("basic").hidden = scheme !== "basic";
	document.getElementById("token").hidden = scheme !== "token";
}

async function start() {
	document.getElementById("who").addEventListener("submit", (event) => event.preventDefault());
	document.getElementById("who").addEventListener("change", chooseScheme);
	document.getElementById("find").addEventListener("input", find);
	try {
		const reply = await fetch("../openapi.json", { headers: { Accept: "application/json" } });
		if (!reply.ok)
			throw new Error("status " + reply.status);
		contract = await reply.json();
	} catch (error) {
		document.getElementById("operations").replaceChildren(make("p", { role: "alert" }, "The contract could not be read: " + error.message));
		return;
	}
	document.getElementById("title").textContent = contract.info.title;
	document.getElementById("about").textContent = contract.info.description;
	document.getElementById("version").textContent = "version " + contract.info.version;
	showOperations();
	showProblems();
	chooseScheme();
	window.addEventListener("hashchange", openTarget);
	openTarget();
}

start();
