// PostGraphile over the read models as its user would serve them: in production mode, with the rights of the
// application and one agency, and as many connections as ours has. What the tables don't say of themselves, since read
// models have no foreign keys, is said by smart tags.

import { createServer } from "node:http";
import { PgAggregatesPreset } from "@graphile/pg-aggregates";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { jsonPgSmartTags } from "postgraphile/utils";

const [connectionString, agency, connections] = process.argv.slice(2);

const inOrder = { nth: { tags: { behavior: "+attribute:orderBy" } } };
const ofAppraisal = (many) =>
  `(agency, stream) references read_scores.appraisal (agency, stream)|@fieldName appraisal|@foreignFieldName ${many}`;
const said = {
  "read_scores.appraisal": {
    tags: {
      unique: "agency,employee,period",
      foreignKey: "(agency, employee) references read_roster.employees (agency, employee)|@fieldName person",
    },
  },
  "read_dossier.result": { tags: { foreignKey: ofAppraisal("results") }, attribute: inOrder },
  "read_dossier.target": { tags: { foreignKey: ofAppraisal("targets") }, attribute: inOrder },
};

const preset = {
  extends: [PostGraphileAmberPreset, PgAggregatesPreset],
  plugins: [jsonPgSmartTags({ version: 1, config: { class: said } })],
  pgServices: [
    makePgService({
      connectionString,
      schemas: ["read_scores", "read_dossier", "read_roster"],
      poolConfig: { max: Number(connections) },
      pubsub: false,
    }),
  ],
  grafast: { explain: false, context: () => ({ pgSettings: { "neraca.agency": agency } }) },
  grafserv: { graphqlPath: "/graphql", graphiql: false, watch: false },
};

const instance = postgraphile(preset);
const serving = instance.createServ(grafserv);
const server = createServer({ keepAliveTimeout: 600_000 });
server.on("error", (error) => {
  console.error(error);
  process.exit(1);
});
await serving.addTo(server);
server.listen(0, "127.0.0.1", () => console.log(`Serving at http://127.0.0.1:${server.address().port}`));
