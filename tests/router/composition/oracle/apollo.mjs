// JSON lines {subgraphs: [{name, url, sdl}]} in, {ok, codes, hints} out: what Apollo's composer says of each.
import { createRequire } from 'node:module';
import readline from 'node:readline';

const require = createRequire(process.env.ORACLE_DEPS + '/node_modules/');
const { composeServices } = require('@apollo/composition');
const { parse } = require('graphql');

function answer(subgraphs) {
  const services = subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) }));
  const { errors, hints, supergraphSdl } = composeServices(services);
  return {
    ok: !errors,
    codes: (errors ?? []).map((error) => error.extensions?.code),
    messages: (errors ?? []).map((error) => error.message),
    supergraphSdl: supergraphSdl, hints: (hints ?? []).map((hint) => hint.definition.code),
  };
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  let out;
  try {
    out = answer(JSON.parse(line).subgraphs);
  } catch (error) {
    out = { thrown: error.message };
  }
  process.stdout.write(JSON.stringify(out) + '\n');
}
