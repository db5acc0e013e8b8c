// Apollo Client: a query, its normalised cache, a mutation that changes it, both kinds of subscription.
import { ApolloClient, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { createClient } from "graphql-ws";
import WebSocket from "ws";

const url = `${process.argv[2]}/graphql`;
let requests = 0;
const counted = (...parameters) => {
  requests += 1;
  return fetch(...parameters);
};

const PRODUCT = gql`query { product(id: "1") { id name reviews } }`;
const RENAME = gql`mutation { rename(id: "1", name: "Renamed") { id name } }`;
const PRICES = gql`subscription { priceChanged(id: "1", times: 3) { id price reviews } }`;

function subscribe(client) {
  return new Promise((resolve, reject) => {
    const events = [];
    client.subscribe({ query: PRICES }).subscribe({
      next: ({ data, error }) => (error ? reject(error) : events.push(data)),
      error: reject,
      complete: () => resolve(events),
    });
  });
}

const http = new ApolloClient({ link: new HttpLink({ uri: url, fetch: counted }), cache: new InMemoryCache() });
const first = (await http.query({ query: PRODUCT })).data;
await http.query({ query: PRODUCT });
const requestsOfTwoQueries = requests;
await http.mutate({ mutation: RENAME });
const renamed = http.readQuery({ query: PRODUCT });
const overMultipart = await subscribe(http);

const sockets = createClient({ url: url.replace("http", "ws"), webSocketImpl: WebSocket });
const overSocket = await subscribe(new ApolloClient({ link: new GraphQLWsLink(sockets), cache: new InMemoryCache() }));
await sockets.dispose();
console.log(JSON.stringify({ first, requestsOfTwoQueries, renamed, overMultipart, overSocket }));
process.exit(0);
