import {
  isCallExpression,
  isPropertyAssignment,
  isStringLiteral,
  isVariableDeclaration,
  type Node,
} from 'typescript/unstable/ast';
import { type Checker, SignatureKind, type Type } from 'typescript/unstable/sync';
import type { EventType } from '../../domain/events.ts';
import type { CodeGraph, Declared } from './codeGraph.ts';
import { reach } from './reach.ts';

/** Titles of the pages, in the order of the index: the streams of each category. */
export const titles: Readonly<Record<string, string>> = {
  ...{ order: 'Order', allocation: 'Allocation', stock: 'Stock position', reservation: 'Channel reservation' },
  ...{ shipment: 'Shipment', dropship: 'Drop-ship order', return: 'Return', transfer: 'Transfer' },
  ...{ invoice: 'Invoice', deposit: 'Deposits of an order', numbering: 'Document numbers', credit: 'Credit account' },
  ...{ period: 'Accounting period', glbatch: 'GL batch', glfix: 'GL correction' },
  ...{ bu: 'Business unit', item: 'Item', customer: 'Customer', node: 'Node', pricelist: 'Price list' },
  ...{ promotion: 'Promotion of policies' },
  ...{ policy: 'Posting policies', partner: 'EDI partner', xref: 'Cross-reference' },
  ...{ inbox: 'Interchange of a partner', edi: 'Documents for a partner', edidocument: 'Beginning of a document' },
  ...{ stockadvice: 'Stock advice for a partner', retention: 'Retention of payloads' },
  ...{ webhook: 'Webhook subscription', eventconsumer: 'Consumer of the event stream', pm: 'Process manager' },
  ...{
    approval: 'Approval',
    case: 'Exception',
    recon: 'Reconciliation',
    replay: 'Replay',
    discard: 'Discarded messages',
  },
  ...{ pause: 'Pause', limit: 'Rate limit', rebuild: 'Rebuild of a read model', reportrun: 'Report run' },
  ...{ simulation: 'Simulation', snapshot: 'Stock snapshot', import: 'Import of a file' },
  ...{
    ledger: 'Checkpoints of the log',
    export: 'Evidence export',
    sample: 'Sample of an auditor',
    shadow: 'Shadow ledger',
    subject: 'Data subject',
    access: 'Access trail',
  },
};

const eventsWithout = {
  ...{ pm: ['IntentsIssued'], ledger: ['CheckpointSealed'], export: ['EvidenceExported'] },
} as const satisfies Readonly<Record<string, readonly EventType[]>>;

type Command = { readonly name: string; readonly events: readonly string[] };

export type Aggregate = {
  readonly category: string;
  /** The decider, where there is one. */
  readonly declared: Declared | undefined;
  /** What the code says of it. */
  readonly meaning: string;
  readonly commands: readonly Command[];
  readonly events: readonly string[];
};

/** Streams whose events are made and appended in one place, without a decider that a command could be put to. */
const undecided: readonly Aggregate[] = (
  [
    ['pm', 'Stream `pm-<process>.<key>`: what a process manager wants done, and what it has to remember for that.'],
    ['ledger', 'Stream `ledger-checkpoints`: the signed root of the tree over the log, every now and then.'],
    ['export', 'Stream `export-<bu>.<exportId>`: what was taken out of the house, and by whom.'],
  ] as const
).map(([category, meaning]) => ({
  category,
  meaning,
  declared: undefined,
  commands: [],
  events: eventsWithout[category],
}));

const isDecider = ({ node }: Declared): boolean => {
  if (!isVariableDeclaration(node)) return false;
  const made = node.initializer;
  return (
    /^(MasterData)?Decider</.test(node.type?.getText() ?? '') ||
    (made !== undefined && isCallExpression(made) && made.expression.getText() === 'deciderOf')
  );
};

const categoryIn = ({ node, place }: Declared): string => {
  const look = (each: Node): string | undefined =>
    isPropertyAssignment(each) && each.name.getText() === 'category' && isStringLiteral(each.initializer)
      ? each.initializer.text
      : each.forEachChild(look);
  const found = look(node);
  if (found === undefined) throw new Error(`${place} has no category`);
  return found;
};

const typesOf = (checker: Checker, union: Type | undefined): readonly string[] =>
  (union?.isUnionType() ? union.getTypes() : union === undefined ? [] : [union]).flatMap((member) => {
    const sign = checker.getPropertyOfType(member, 'type');
    const type = sign && checker.getTypeOfSymbol(sign);
    return (type?.isUnionType() ? type.getTypes() : [type]).flatMap((each) =>
      each?.isStringLiteralType() ? [each.value] : [],
    );
  });

/** The `type`s of what a function of the decider takes in one of its places. */
const taken = (checker: Checker, decider: Declared, name: 'decide' | 'evolve', place: number): readonly string[] => {
  const node = decider.node;
  const type = isVariableDeclaration(node) ? checker.getTypeAtLocation(node.name) : undefined;
  const sign = type && checker.getPropertyOfType(type, name);
  const called = sign && checker.getTypeOfSymbol(sign);
  const [signature] = called === undefined ? [] : checker.getSignaturesOfType(called, SignatureKind.Call);
  return signature === undefined ? [] : [...new Set(typesOf(checker, checker.getParameterType(signature, place)))];
};

const notWritten = new Set(['evolve', 'initial']);

/** What a command may lead to, of what the decider writes at all. */
const eventsOf = (
  graph: CodeGraph,
  decider: Declared,
  names: readonly string[],
  name: string,
  known: readonly string[],
) => {
  const selected = { names: new Set(names), name };
  const { made } = reach(graph, [{ file: decider.file, node: decider.node }], { selected, skipped: notWritten });
  const found = new Set(made.map(({ text }) => text));
  return known.filter((event) => found.has(event));
};

const aggregateOf = (graph: CodeGraph, checker: Checker, decider: Declared): Aggregate => {
  const events = taken(checker, decider, 'evolve', 1);
  const names = taken(checker, decider, 'decide', 0);
  const sign = isVariableDeclaration(decider.node) ? checker.getSymbolAtLocation(decider.node.name) : undefined;
  return {
    category: categoryIn(decider),
    declared: decider,
    meaning: (sign?.getDocumentationComment(checker) ?? '').replaceAll(/\s+/g, ' ').trim(),
    commands: names.map((name) => ({ name, events: eventsOf(graph, decider, names, name, events) })),
    events,
  };
};

/** Every aggregate, with the commands that its decider knows and the events that each may lead to. */
export const aggregatesOf = (graph: CodeGraph, checker: Checker): readonly Aggregate[] => {
  const deciders = graph.files
    .filter((file) => file.startsWith('domain/'))
    .flatMap((file) => graph.declaredIn(file).filter(isDecider));
  return [...deciders.map((decider) => aggregateOf(graph, checker, decider)), ...undecided];
};
