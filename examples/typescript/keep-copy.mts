/**
 * Keeps a copy of the dossier in a file. Run it as often as you like: each run takes only what is new.
 *
 *     npm install openapi-fetch openapi-typescript typescript@5 @types/node
 *     npx openapi-typescript https://dossier.example.org/openapi.json -o schema.d.ts
 *     npx tsc
 *     node keep-copy.mjs https://dossier.example.org copy.json [ID OF AN EVENT]
 */

import { readFile, rename, writeFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";

import createClient from "openapi-fetch";

import type { components, paths } from "./schema";

type Schemas = components["schemas"];
type AnyRecord = NonNullable<Schemas["RecordChange"]["record"]>;
type Json = "application/json" | "application/problem+json";
type Client = ReturnType<typeof connect>;
type Answer<Body> = { data?: Body; error?: Schemas["Problem"]; response: Response };

interface Copy {
  revision: number;
  etag: string | null; // of an answer that held no change after `revision`
  records: Record<string, Record<string, AnyRecord>>; // by collection and id
}

const LISTS = [
  "/v1/timeline-events",
  "/v1/engagement-topics",
  "/v1/policy-positions",
  "/v1/sanctions-measures",
  "/v1/legal-instruments",
  "/v1/funding-records",
  "/v1/initiatives",
  "/v1/diplomatic-channels",
  "/v1/background-facts",
  "/v1/actors",
  "/v1/designations",
  "/v1/sources",
] as const;
const PAGE = { limit: 50, lang: "en" } as const; // the service gives up to 200 rows a page
const SECONDS = 30; // that one request may take

/** `Json` picks one of the formats of each operation; without it, any answer could be CSV as well. */
function connect(address: string) {
  return createClient<paths, Json>({
    baseUrl: address,
    fetch: (request) => fetch(request, { signal: AbortSignal.timeout(SECONDS * 1000) }),
  });
}

/** What an answer holds; an error in the service's own words if it is a problem (RFC 9457). */
function answered<Body>({ data, error, response }: Answer<Body>): Body {
  if (data !== undefined) return data;
  throw new Error(error?.detail ? described(error) : `${response.status} from ${response.url}`);
}

function described(problem: Schemas["Problem"]): string {
  return `${problem.status} ${problem.title}: ${problem.reason ?? problem.detail}`;
}

/** Every record of a list at a revision, page by page: each page names the cursor of the next. */
async function everyRecord(client: Client, path: (typeof LISTS)[number], revision: number): Promise<AnyRecord[]> {
  const records: AnyRecord[] = [];
  let next: string | null = null;
  do {
    const query = { ...PAGE, revision, ...(next === null ? {} : { cursor: next }) };
    const page: { data: AnyRecord[]; page: Schemas["PageInfo"] } = answered(
      await client.GET(path, { params: { query } }),
    );
    records.push(...page.data);
    next = page.page.next;
  } while (next !== null);
  return records;
}

/** Apply what was published after the copy's revision; how many changes that were. */
async function catchUp(client: Client, copy: Copy): Promise<number> {
  const query = { ...PAGE, since: copy.revision };
  const headers = copy.etag === null ? {} : { "If-None-Match": copy.etag };
  const first = await client.GET("/v1/changes", { params: { query }, headers });
  if (first.response.status === 304) {
    console.log(`Nothing is new since revision ${copy.revision} (304).`);
    return 0;
  }
  let page = answered(first);
  page.data.forEach((change) => apply(change, copy));
  while (page.page.next !== null) {
    const following = { ...query, cursor: page.page.next }; // the cursor stays on the revision of the first page
    page = answered(await client.GET("/v1/changes", { params: { query: following } }));
    page.data.forEach((change) => apply(change, copy));
  }
  copy.etag = page.page.total === 0 ? first.response.headers.get("etag") : null;
  copy.revision = page.dataset.revision;
  return page.page.total;
}

function apply(change: Schemas["RecordChange"], copy: Copy): void {
  const records = (copy.records[change.collection] ??= {});
  if (change.record !== null) {
    records[change.id] = change.record;
  } else {
    delete records[change.id];
    console.log(`${change.collection}/${change.id} was withdrawn: ${change.reason}`);
  }
}

/** Hold the copy against the lists as they were at its revision, whatever has been published since. */
async function compare(client: Client, copy: Copy): Promise<void> {
  for (const path of LISTS) {
    const name = path.slice("/v1/".length);
    const served = await everyRecord(client, path, copy.revision);
    const held = copy.records[name] ?? {};
    if (!isDeepStrictEqual(held, Object.fromEntries(served.map((record) => [record.id, record])))) {
      throw new Error(`The copy of ${name} is not what revision ${copy.revision} serves.`);
    }
    console.log(`${name}: ${served.length}`);
  }
}

/** One event in a line, or why there is none: 404 if it never was, 410 with the reason if it was withdrawn. */
async function lookUp(client: Client, id: string): Promise<string> {
  const answer = await client.GET("/v1/timeline-events/{id}", { params: { path: { id }, query: { lang: "en" } } });
  const { status } = answer.response;
  if (answer.error && (status === 404 || status === 410)) return described(answer.error);
  const event = answered(answer).data;
  return `${event.date}: ${event.title}`;
}

async function load(file: string): Promise<Copy> {
  const text = await readFile(file, "utf8").catch((fault: NodeJS.ErrnoException) => {
    if (fault.code === "ENOENT") return '{"revision": 0, "etag": null, "records": {}}';
    throw fault;
  });
  return JSON.parse(text) as Copy;
}

/** Written beside it first, so that a run that is cut off leaves the copy as it was. */
async function save(copy: Copy, file: string): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(copy));
  await rename(`${file}.new`, file);
}

/** One run: catch up, compare, save, and look an event up if one is named. */
async function keep(address: string, file: string, event?: string): Promise<void> {
  const client = connect(address.replace(/\/+$/, ""));
  const service = answered(await client.GET("/v1", { params: { query: { lang: "en" } } }));
  console.log(`${service.name}: revision ${service.dataset.revision}`);
  const copy = await load(file);
  for (let changes = await catchUp(client, copy); changes > 0; changes = await catchUp(client, copy)) {
    console.log(`${changes} changes up to revision ${copy.revision}`);
  }
  await compare(client, copy);
  await save(copy, file);
  if (event !== undefined) console.log(await lookUp(client, event));
}

const [address, file, event] = process.argv.slice(2);
if (address === undefined || file === undefined) {
  console.error("usage: node keep-copy.mjs ADDRESS FILE [EVENT]");
  process.exitCode = 2;
} else {
  keep(address, file, event).catch((fault: Error) => {
    const cause = fault.cause as NodeJS.ErrnoException | undefined; // why fetch() failed
    console.error(`keep-copy: ${address}: ${cause?.code ?? cause?.message ?? fault.message}`);
    process.exitCode = 1;
  });
}
