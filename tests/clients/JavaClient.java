// Java's own client as it comes: it offers HTTP/2 with its first request, whatever its body. Two POSTs on one
// connection, a stream of lines, and a WebSocket. Prints one JSON value per line.
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

public class JavaClient {
    static final HttpClient CLIENT = HttpClient.newHttpClient();

    static HttpRequest post(String url, String body, String accept) {
        return HttpRequest.newBuilder(URI.create(url))
            .header("content-type", "application/json")
            .header("accept", accept)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    }

    static class Messages implements WebSocket.Listener {
        final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                heard.add(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }
    }

    public static void main(String[] arguments) throws Exception {
        String url = arguments[0] + "/graphql";
        String query = "{\"query\": \"{ product(id: 1) { name reviews } }\"}";
        String subscription = "{\"query\": \"subscription { priceChanged(id: 1, times: 2) { price } }\"}";
        for (int time = 0; time < 2; time++) {
            System.out.println(CLIENT.send(post(url, query, "application/json"), HttpResponse.BodyHandlers.ofString()).body());
        }
        CLIENT.send(post(url, subscription, "text/event-stream"), HttpResponse.BodyHandlers.ofLines())
            .body()
            .filter(line -> line.startsWith("data: "))
            .forEach(line -> System.out.println(line.substring(6)));
        Messages messages = new Messages();
        WebSocket socket = CLIENT.newWebSocketBuilder()
            .subprotocols("graphql-transport-ws")
            .buildAsync(URI.create(url.replace("http", "ws")), messages)
            .get(10, TimeUnit.SECONDS);
        socket.sendText("{\"type\": \"connection_init\"}", true).get();
        System.out.println(messages.heard.poll(10, TimeUnit.SECONDS));
        socket.sendText("{\"type\": \"subscribe\", \"id\": \"1\", \"payload\": " + query + "}", true).get();
        System.out.println(messages.heard.poll(10, TimeUnit.SECONDS));
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get();
    }
}
