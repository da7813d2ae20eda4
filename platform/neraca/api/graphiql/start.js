"use strict";

// The token is written among the headers, and is not kept: whoever closes the page takes it along.
ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: "/graphql" }),
    defaultEditorToolsVisibility: "headers",
    defaultHeaders: '{\n  "Authorization": "Bearer "\n}',
    defaultQuery: "{\n  viewer {\n    id\n    roles\n  }\n  agencies {\n    id\n    name\n  }\n}\n",
    shouldPersistHeaders: false,
  }),
);
