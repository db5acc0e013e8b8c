// JSON lines {id, sdl} in; a line "ok" or what Hive's planner has against the supergraph out.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import readline from 'node:readline';

const { QueryPlanner } = createRequire(join(process.env.HIVE_DEPS, 'package.json'))('@graphql-hive/router-query-planner');

for await (const line of readline.createInterface({ input: process.stdin })) {
  let said = 'ok';
  try {
    new QueryPlanner(JSON.parse(line).sdl);
  } catch (error) {
    said = String(error.message).replaceAll('\n', ' ');
  }
  process.stdout.write(said + '\n');
}
