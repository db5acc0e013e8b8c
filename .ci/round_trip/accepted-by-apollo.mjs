// JSON lines {id, sdl} in; says which supergraphs Apollo's planner refuses, and counts those that it accepts.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import readline from 'node:readline';

const require = createRequire(join(process.env.ORACLE_DEPS, 'package.json'));
const { Supergraph } = require('@apollo/federation-internals');
const { QueryPlanner } = require('@apollo/query-planner');

let all = 0, accepted = 0;
for await (const line of readline.createInterface({ input: process.stdin })) {
  const { id, sdl } = JSON.parse(line);
  all += 1;
  try {
    const supergraph = Supergraph.build(sdl, { supportedFeatures: null });
    supergraph.apiSchema();
    new QueryPlanner(supergraph);
    accepted += 1;
  } catch (error) {
    console.log(`${id}: ${error.message.split('\n')[0]}`);
  }
}
console.log(`accepted by Apollo ${accepted}/${all}`);
