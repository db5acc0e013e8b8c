// graphql-sse in either mode: a query, two subscriptions side by side, one stopped early, a request error.
import { createClient } from "graphql-sse";

const client = createClient({
  url: `${process.argv[2]}/graphql`,
  singleConnection: process.argv[3] === "single",
  retryAttempts: 0, // a refusal would be tried again five times
});

async function all(query, limit = Infinity) {
  const results = [];
  for await (const result of client.iterate({ query })) {
    results.push(result);
    if (results.length === limit) break;
  }
  return results;
}

const subscription = (id, times) => `subscription { priceChanged(id: "${id}", times: ${times}) { name price reviews } }`;
const query = await all('{ product(id: "1") { name reviews } }');
const both = await Promise.all([all(subscription(1, 3)), all(subscription(2, 2))]);
const stopped = await all(subscription(1, 1000000), 1);
const refused = await all("{ nothing }").then(
  (results) => results[0].errors,
  (error) => error.message,
);
client.dispose();
console.log(JSON.stringify({ query, both, stopped, refused }));
