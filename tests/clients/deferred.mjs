// @defer with Apollo Client (both formats, over HTTP and over a WebSocket), urql and graphql-ws.
import { ApolloClient, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { Defer20220824Handler, GraphQL17Alpha9Handler } from "@apollo/client/incremental";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { cacheExchange, Client, fetchExchange } from "@urql/core";
import { createClient } from "graphql-ws";
import WebSocket from "ws";

const url = `${process.argv[2]}/graphql`;
const TEXT = '{ product(id: "1") { id name ... @defer(label: "r") { reviews } } }';
const DEFERRED = gql(TEXT);
const types = [];
const noted = async (...parameters) => {
  const response = await fetch(...parameters);
  types.push(response.headers.get("content-type"));
  return response;
};

function watch(link, incrementalHandler) {
  const client = new ApolloClient({ link, cache: new InMemoryCache(), incrementalHandler });
  return new Promise((resolve, reject) => {
    const states = [];
    client.watchQuery({ query: DEFERRED }).subscribe({
      next: ({ data, dataState, error }) => {
        if (error) reject(error);
        else if (dataState !== "empty") states.push([dataState, data.product]);
        if (dataState === "complete") resolve(states);
      },
      error: reject,
    });
  });
}

const overHttp = (handler) => watch(new HttpLink({ uri: url, fetch: noted }), handler);
const sockets = (connectionParams) =>
  createClient({ url: url.replace("http", "ws"), webSocketImpl: WebSocket, connectionParams });

const older = await overHttp(new Defer20220824Handler());
const newer = await overHttp(new GraphQL17Alpha9Handler());
const olderOnSocket = await watch(new GraphQLWsLink(sockets()), new Defer20220824Handler());
const newerOnSocket = await watch(
  new GraphQLWsLink(sockets({ incrementalSpec: "v0.2" })),
  new GraphQL17Alpha9Handler(),
);

const messages = [];
for await (const message of sockets().iterate({ query: TEXT })) messages.push(message);

const urql = new Client({ url, preferGetMethod: false, exchanges: [cacheExchange, fetchExchange] });
const byUrql = await new Promise((resolve) => {
  const states = [];
  urql.query(TEXT, {}).subscribe(({ data, hasNext }) => {
    states.push(data.product);
    if (!hasNext) resolve(states);
  });
});
console.log(JSON.stringify({ types, older, newer, olderOnSocket, newerOnSocket, messages, byUrql }));
process.exit(0);
