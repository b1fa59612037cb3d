import {
  isCallExpression,
  isIdentifier,
  isPropertyAssignment,
  isShorthandPropertyAssignment,
  isStringLiteral,
  isTypeAliasDeclaration,
  type Node,
} from 'typescript/unstable/ast';
import type { Checker } from 'typescript/unstable/sync';
import { routes } from '../../api/routes.ts';
import type { Aggregate } from './aggregates.ts';
import type { CodeGraph, Declared } from './codeGraph.ts';
import { type Made, reach, type Start } from './reach.ts';

/** What asks for a command: a route, a step of a process, or something that runs by itself. */
export type Source = { readonly kind: 'route' | 'step' | 'worker'; readonly name: string };

/** `category`: of the aggregate that is asked; a name may mean something else to another one. */
type Asked = { readonly category: string; readonly command: string; readonly source: Source };

type Producers = {
  /** Who asks an aggregate for a command, each once. */
  readonly askersOf: (category: string, command: string) => readonly Source[];
  /** Who makes an event without asking a decider. */
  readonly makersOf: (event: string) => readonly Source[];
};

/** What runs by itself or listens to others, by the file that it is in. */
export const workers: Readonly<Record<string, string>> = {
  'commands/inbox/warehouseTaking.ts': 'messages of a warehouse',
  'commands/edi/receiveInterchange.ts': 'interchanges of a partner',
  'commands/edi/outboundDocuments.ts': 'documents for partners',
  'commands/edi/stockAdvice.ts': 'the schedule of stock advice',
  'commands/edi/removePayloads.ts': 'retention of payloads',
  'commands/inbox/receivablesTaking.ts': 'receivables of the ERP',
  'commands/inbox/crmTaking.ts': 'accounts of the CRM',
  'commands/inbox/quoteTaking.ts': 'won quotes of the CRM',
  'commands/cases/watchdog.ts': 'the watchdog of service levels',
  'commands/reconciliation/worker.ts': 'reconciliation',
  'commands/reservations/deadlines.ts': 'deadlines of carts and quotes',
  'commands/workers/returnDeadlines.ts': 'deadlines of returns',
  'commands/webhooks/webhookWorker.ts': 'the webhook worker',
  'commands/evidence/sealer.ts': 'the sealer of the log',
  'commands/steering/replayRunner.ts': 'the replay runner',
  'projections/rebuild/worker.ts': 'the rebuild worker',
  'commands/simulation/runner.ts': 'the simulation runner',
  'commands/intake/runner.ts': 'the import worker',
  'commands/personal/accessTrail.ts': 'reads of personal text',
  'commands/steering/groupWatch.ts': 'the watch over failing groups',
  'commands/workers/duplicateRadar.ts': 'the duplicate radar',
};

const propertiesIn = (node: Node, visit: (name: string, value: Node) => void): void => {
  if (isPropertyAssignment(node) && (isIdentifier(node.name) || isStringLiteral(node.name)))
    visit(node.name.text, node.initializer);
  if (isShorthandPropertyAssignment(node)) visit(node.name.getText(), node);
  node.forEachChild((child) => propertiesIn(child, visit));
};

/** Names of the calls that the edge makes: those of the application and of operations. */
const callNames = (graph: CodeGraph, checker: Checker): ReadonlySet<string> => {
  const names = new Set<string>();
  for (const [file, alias] of [
    ['commands/application.ts', 'Application'],
    ['api/deps.ts', 'Operations'],
  ] as const)
    for (const statement of graph.sourceOf(file).statements) {
      if (!isTypeAliasDeclaration(statement) || statement.name.text !== alias) continue;
      const type = checker.getTypeAtLocation(statement.name);
      for (const { name } of type === undefined ? [] : checker.getPropertiesOfType(type)) names.add(name);
    }
  return names;
};

/** Where each of these calls is carried out. */
const membersOf = (graph: CodeGraph, names: ReadonlySet<string>): ReadonlyMap<string, readonly Start[]> => {
  const members = new Map<string, Start[]>();
  for (const file of graph.files.filter((each) => each.startsWith('commands/')))
    propertiesIn(graph.sourceOf(file), (name, node) => {
      if (names.has(name)) members.set(name, [...(members.get(name) ?? []), { file, node }]);
    });
  return members;
};

type Root = { readonly source: Source; readonly starts: readonly Start[] };

/** What a route is declared by: the object that has its operation, or the call that makes such an object of it. */
const declaringOf = ({ parent }: Node): Node | undefined => {
  if (parent === undefined) return undefined;
  if (isPropertyAssignment(parent) && parent.name.getText() === 'operation') return parent.parent;
  return isCallExpression(parent) ? parent : undefined;
};

const routeRoots = (graph: CodeGraph): readonly Root[] => {
  const byOperation = new Map(routes.map((route) => [route.operation as string, route] as const));
  return graph.files
    .filter((file) => file.startsWith('api/resources/'))
    .flatMap((file) => {
      const found: Root[] = [];
      const look = (node: Node): void => {
        const route = isStringLiteral(node) ? byOperation.get(node.text) : undefined;
        const declared = declaringOf(node);
        if (route?.kind === 'command' && declared !== undefined) {
          const source = { kind: 'route', name: `${route.method.toUpperCase()} ${route.path}` } as const;
          found.push({ source, starts: [{ file, node: declared }] });
        }
        node.forEachChild(look);
      };
      look(graph.sourceOf(file));
      return found;
    });
};

const stepsFile = 'commands/steps/runStep.ts';

const stepRoots = (graph: CodeGraph): readonly Root[] => {
  const found: Root[] = [];
  propertiesIn(graph.at(`${stepsFile}#scripts`).node, (name, node) => {
    found.push({ source: { kind: 'step', name }, starts: [{ file: stepsFile, node }] });
  });
  return found;
};

const workerRoots = (graph: CodeGraph): readonly Root[] =>
  Object.entries(workers).map(([file, name]) => ({
    source: { kind: 'worker', name },
    starts: graph.declaredIn(file).map(({ node }) => ({ file, node })),
  }));

/** Which of the aggregates that know a command are meant: those that the code on the way has in its hands. */
const meant = (
  candidates: readonly Aggregate[],
  { file }: Made,
  reached: readonly Declared[],
  graph: CodeGraph,
): readonly Aggregate[] => {
  const places = new Set(reached.map(({ place }) => place));
  const held = candidates.filter(({ declared }) => declared !== undefined && places.has(declared.place));
  const left = held.length > 0 ? held : candidates;
  if (left.length < 2) return left;
  const folders = graph.domainFoldersOf(file);
  const near = left.filter(({ declared }) => folders.has((declared?.file ?? '').replace(/\/[^/]*$/, '')));
  return near.length > 0 ? near : left;
};

const sameSource = (one: Source, other: Source): boolean => one.kind === other.kind && one.name === other.name;

/** Who produces what, read from the code. */
export const producersOf = (graph: CodeGraph, checker: Checker, aggregates: readonly Aggregate[]): Producers => {
  const members = membersOf(graph, callNames(graph, checker));
  const byCommand = Map.groupBy(
    aggregates.flatMap((aggregate) => aggregate.commands.map(({ name }) => ({ name, aggregate }))),
    ({ name }) => name,
  );
  const deciders = new Set(aggregates.flatMap(({ declared }) => (declared === undefined ? [] : [declared.place])));
  const events = new Set(aggregates.flatMap((aggregate) => aggregate.events));
  const asked: Asked[] = [];
  // A process is its own decider, whose command is the event that it answers.
  const made: { readonly event: string; readonly source: Source }[] = [
    { event: 'IntentsIssued', source: { kind: 'worker', name: 'process managers' } },
  ];
  for (const { source, starts } of [...routeRoots(graph), ...stepRoots(graph), ...workerRoots(graph)]) {
    // What a decider makes of a command is told there, and what a process does by its steps.
    const isEnd = ({ place, file }: Declared): boolean => deciders.has(place) || file.startsWith('domain/orderToCash/');
    const reached = reach(graph, starts, { members, isEnd });
    for (const each of reached.made) {
      const isDecided = each.file.startsWith('domain/');
      if (each.as === 'type' && !isDecided && events.has(each.text)) made.push({ event: each.text, source });
      // Handed to whoever makes a command of it.
      if (each.as !== 'type' && each.as !== undefined) continue;
      const candidates = (byCommand.get(each.text) ?? []).map(({ aggregate }) => aggregate);
      for (const { category } of meant(candidates, each, reached.declared, graph))
        asked.push({ category, command: each.text, source });
    }
  }
  const each = (sources: readonly Source[]): readonly Source[] =>
    sources.filter((source, index) => sources.findIndex((other) => sameSource(source, other)) === index);
  return {
    askersOf: (category, command) =>
      each(asked.filter((one) => one.category === category && one.command === command).map(({ source }) => source)),
    makersOf: (event) => each(made.filter((one) => one.event === event).map(({ source }) => source)),
  };
};
