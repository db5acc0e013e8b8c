// Apollo's gateway over HTTP, on the supergraph that we compose: node apollo-gateway.mjs DIR PORT
import { createRequire } from 'node:module';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';

const require = createRequire(join(process.env.ORACLE_DEPS, 'package.json'));
const { ApolloGateway } = require('@apollo/gateway');
const { parse, validate } = require('graphql');

const [dir, port] = process.argv.slice(2);
const supergraph = join(dir, 'composed-here.graphql');
execFileSync(process.env.WAYBILL, ['compose', join(dir, 'oracle.json'), '--output', supergraph], { stdio: 'ignore' });

const logger = { debug() {}, info() {}, warn() {}, error: console.error };
const gateway = new ApolloGateway({ supergraphSdl: readFileSync(supergraph, 'utf8'), logger });
const { executor, schema } = await gateway.load();

async function answer({ query, variables, operationName }) {
  const document = parse(query);
  const errors = validate(schema, document);
  if (errors.length) return { errors: errors.map(({ message }) => ({ message })) };
  const result = await executor({
    document,
    operationName,
    schema,
    logger,
    request: { query, variables, operationName },
    queryHash: createHash('sha256').update(query).digest('hex'),
    context: {},
    metrics: {},
    overallCachePolicy: { restrict() {} },
  });
  return { data: result.data, errors: result.errors?.map(({ message }) => ({ message })) };
}

http.createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const result = await answer(JSON.parse(Buffer.concat(chunks))).catch((error) => ({ errors: [{ message: error.message }] }));
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(result));
}).listen(Number(port), '127.0.0.1');
