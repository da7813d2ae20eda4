// Asks a server by types that were made from its schema, and tells as JSON what it was told.
import { createClient as sse } from "graphql-sse";
import { createClient as ws } from "graphql-ws";
import type { ChangesSubscription, RosterQuery, ScoresQuery } from "./generated/graphql.ts";
import { ChangesDocument, RosterDocument, ScoresDocument } from "./generated/graphql.ts";
import documents from "./generated/persisted-documents.json" with { type: "json" };

declare const process: { argv: string[] };
const [server, token] = [process.argv[2]!, process.argv[3]!];
const headers = { Authorization: `Bearer ${token}` };
type Told<T> = { data?: T; errors?: unknown };

function idOf(document: object): string {
  return `sha256:${(document as { __meta__: { hash: string } }).__meta__.hash}`;
}

/** By the hash of the document: its text is not sent. */
async function ask<T>(document: object, variables: object): Promise<T> {
  const body = JSON.stringify({ documentId: idOf(document), variables });
  const answer = await fetch(`${server}/graphql`, {
    method: "POST",
    headers: { ...headers, "Content-Type": "application/json" },
    body,
  });
  const told = (await answer.json()) as Told<T>;
  if (told.data === undefined || told.errors) throw new Error(JSON.stringify(told));
  return told.data;
}

const people: string[] = [];
for (let after: string | null | undefined, more = true; more; ) {
  const page = await ask<RosterQuery>(RosterDocument, { agency: "surabaya", after });
  const employees = page.agency!.employees;
  people.push(...employees.edges.map((edge) => edge.node.name));
  [after, more] = [employees.pageInfo.endCursor, employees.pageInfo.hasNextPage];
}

const scored = await ask<ScoresQuery>(ScoresDocument, { agency: "surabaya", period: "2025-Q1" });
const scores: Record<string, string | null> = {};
for (const { node } of scored.agency!.appraisals.edges) {
  const exact: string | null | undefined = node.score; // a number would not compile
  scores[node.employeeNumber] = exact ?? null;
}

type Change = ChangesSubscription["scoreChanged"];
async function first(stream: AsyncIterableIterator<Told<ChangesSubscription>>): Promise<Change> {
  for await (const told of stream) return told.data!.scoreChanged;
  throw new Error("the stream ended");
}

// Both libraries know of texts alone.
const texts: Record<string, string> = documents;
const query = texts[idOf(ChangesDocument).replace("sha256:", "")]!;
const question = { query, variables: { agency: "surabaya", after: "0" } };
const events = sse({ url: `${server}/graphql/stream`, headers });
const socket = ws({ url: `${server.replace("http:", "ws:")}/graphql/stream`, connectionParams: headers });
const changes = [
  await first(events.iterate(question) as AsyncIterableIterator<Told<ChangesSubscription>>),
  await first(socket.iterate(question) as AsyncIterableIterator<Told<ChangesSubscription>>),
];
events.dispose();
await socket.dispose();
console.log(JSON.stringify({ people, scores, changes }));
