// urql: a query, its document cache, a subscription by its own fetch (event stream or multipart), an error.
import { cacheExchange, Client, fetchExchange, gql } from "@urql/core";

const client = new Client({
  url: `${process.argv[2]}/graphql`,
  preferGetMethod: false,
  exchanges: [cacheExchange, fetchExchange],
  fetchSubscriptions: true,
});

const PRODUCT = gql`query { product(id: "1") { id name reviews } }`;
const query = await client.query(PRODUCT).toPromise();
const again = await client.query(PRODUCT).toPromise();
const refused = await client.query("{ nothing }").toPromise();
const events = await new Promise((resolve) => {
  const heard = [];
  const { unsubscribe } = client
    .subscription(gql`subscription { priceChanged(id: "1", times: 3) { price reviews } }`)
    .subscribe(({ data }) => {
      heard.push(data);
      if (heard.length === 3) resolve(heard);
    });
  void unsubscribe;
});
console.log(
  JSON.stringify({
    query: query.data,
    cached: again.operation.context.meta?.cacheOutcome,
    refused: refused.error.graphQLErrors.map((error) => error.extensions.code),
    events,
  }),
);
process.exit(0);
