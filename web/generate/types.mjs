// Writes the types of the HTTP API and of the socket's frames from what the server says of them. With --check it writes
// nothing and fails when they are not what they would be.
import { readFile, writeFile } from "node:fs/promises";
import process from "node:process";
import openapi_typescript, { astToString } from "openapi-typescript";

const docs = new URL("../../docs/", import.meta.url);
const source = new URL("../src/", import.meta.url);

/** Without what each operation may be refused with: that is always the same, a problem. */
function api_of_description(text) {
  const api = JSON.parse(text);
  for (const operation of Object.values(api.paths).flatMap(Object.values)) {
    for (const status of Object.keys(operation.responses)) {
      if (!status.startsWith("2")) delete operation.responses[status];
    }
  }
  return api;
}

/** The types of a JSON Schema are those of an API without paths. */
function api_of_schema(text) {
  const { $defs: schemas, title } = JSON.parse(text.replaceAll("#/$defs/", "#/components/schemas/"));
  return { openapi: "3.1.0", info: { title, version: "1" }, paths: {}, components: { schemas } };
}

const outputs = [
  { from: "openapi.json", to: "api/generated.ts", read: api_of_description },
  { from: "protocol.schema.json", to: "protocol/generated.ts", read: api_of_schema },
];

async function types_of({ from, read }) {
  const api = read(await readFile(new URL(from, docs), "utf8"));
  const types = await openapi_typescript(api, { rootTypes: true, rootTypesNoSchemaPrefix: true });
  return `// Written from docs/${from} by \`npm run generate\`. Do not edit.\n${astToString(types)}`;
}

const is_check = process.argv.includes("--check");
for (const output of outputs) {
  const types = await types_of(output);
  const file = new URL(output.to, source);
  if (!is_check) {
    await writeFile(file, types);
  } else if ((await readFile(file, "utf8").catch(() => null)) !== types) {
    process.stderr.write(`src/${output.to} is not what docs/${output.from} says: run \`npm run generate\`\n`);
    process.exitCode = 1;
  }
}
