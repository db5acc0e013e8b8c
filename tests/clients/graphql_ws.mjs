// graphql-ws: a query, a subscription to its end, a request error, over one WebSocket.
import { createClient } from "graphql-ws";
import WebSocket from "ws";

const client = createClient({ url: `${process.argv[2].replace("http", "ws")}/graphql`, webSocketImpl: WebSocket });

async function all(query) {
  const results = [];
  for await (const result of client.iterate({ query })) results.push(result);
  return results;
}

const query = await all('{ product(id: "1") { name reviews } }');
const events = await all('subscription { priceChanged(id: "1", times: 3) { price reviews } }');
const refused = await all("{ nothing }").catch((errors) => errors);
await client.dispose();
console.log(JSON.stringify({ query, events, refused }));
