import {
  isBinaryExpression,
  isPropertyAssignment,
  isStringLiteral,
  isTypeNode,
  type Node,
} from 'typescript/unstable/ast';
import { eventTypes } from '../../commands/codec.ts';
import { postedEventTypes } from '../../domain/ledger/postings.ts';
import { isVariant, templateNeeds } from '../../domain/ledger/roles.ts';
import { processes } from '../../domain/orderToCash/processes.ts';
import { partnerOf } from '../../domain/orderToCash/steps.ts';
import { noticeTypes } from '../../domain/webhook/notices.ts';
import { projections } from '../../projections/catalogue.ts';
import { reports } from '../../projections/reports/catalogue.ts';
import type { CodeGraph, Declared } from './codeGraph.ts';
import { isComparison } from './guards.ts';
import { reach } from './reach.ts';

/** A process manager that answers an event: with these steps, each with the partner that it calls. */
export type Answering = {
  readonly process: string;
  readonly steps: readonly { readonly step: string; readonly partner: string | undefined }[];
};

export type Consumers = {
  readonly readModels: readonly string[];
  /** Reports over these read models. */
  readonly reports: readonly string[];
  readonly processes: readonly Answering[];
  /** What a webhook is told of it. */
  readonly notices: readonly string[];
  /** The documents that an EDI partner gets of it. */
  readonly documents: readonly string[];
  /** Posting templates. `corrected`: those of the journal that it corrects. */
  readonly templates: readonly string[] | 'corrected' | undefined;
  /** Other files of the write side, the adapters and the edge that look for it. */
  readonly readers: readonly string[];
};

const names: ReadonlySet<string> = new Set(eventTypes);

/** What the code behind a declaration may make of an event, of what is asked for. */
const madeOf = (
  graph: CodeGraph,
  { file, node }: Declared,
  event: string,
  isWanted: (text: string, as?: string) => boolean,
) => {
  const skipped = new Set(['reversalOf']);
  const { made } = reach(graph, [{ file, node }], { selected: { names, name: event }, skipped });
  return new Set(made.filter(({ text, as }) => isWanted(text, as)).map(({ text }) => text));
};

/** The declaration of each process, in the order of the list. */
const declaredProcesses = (graph: CodeGraph): ReadonlyMap<string, Declared> => {
  const list = graph.at('domain/orderToCash/processes.ts#processes');
  const { declared } = reach(graph, [{ file: list.file, node: list.node }], { isEnd: () => true });
  if (declared.length !== processes.length) throw new Error(`${declared.length} of ${processes.length} processes`);
  // The list is walked from its front.
  return new Map(processes.map(({ name }, index) => [name, declared[index] as Declared]));
};

const documentKinds = (graph: CodeGraph): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  const look = (node: Node): void => {
    if (isPropertyAssignment(node) && isStringLiteral(node.initializer))
      found.set(node.name.getText(), node.initializer.text);
    node.forEachChild(look);
  };
  look(graph.at('commands/edi/toldEvents.ts#toldKinds').node);
  return found;
};

/** Files that compare with an event's type, list it or keep something under it; the codec knows all of them. */
const readersOf = (graph: CodeGraph): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, Set<string>>();
  const note = (name: string, file: string): void => {
    if (names.has(name)) found.set(name, (found.get(name) ?? new Set<string>()).add(file));
  };
  const isMade = (node: Node): boolean => {
    for (let at: Node | undefined = node.parent; at !== undefined; at = at.parent) {
      if (isBinaryExpression(at) && isComparison(at)) return false;
      if (isPropertyAssignment(at)) return at.name.getText() === 'type';
    }
    return false;
  };
  for (const file of graph.files.filter(
    (each) => /^(commands|adapters|api)\//.test(each) && each !== 'commands/codec.ts',
  )) {
    const look = (node: Node): void => {
      if (isTypeNode(node)) return;
      if (isPropertyAssignment(node)) note(node.name.getText(), file);
      if (isStringLiteral(node) && names.has(node.text) && !isMade(node)) note(node.text, file);
      node.forEachChild(look);
    };
    look(graph.sourceOf(file));
  }
  return new Map([...found].map(([name, files]) => [name, [...files]]));
};

const posted: ReadonlySet<string> = new Set(postedEventTypes);

/** Whoever handles every event says nothing about one. */
const particular = projections.filter(({ handles }) => handles.size < eventTypes.length);

/** Who makes something of an event, as the code registers it. */
export const consumersOf = (graph: CodeGraph): ((event: string) => Consumers) => {
  const declared = declaredProcesses(graph);
  const kinds = documentKinds(graph);
  const readers = readersOf(graph);
  const templates = (event: string): Consumers['templates'] => {
    if (!posted.has(event)) return undefined;
    const found = madeOf(
      graph,
      graph.at('domain/ledger/postings.ts#postingsOf'),
      event,
      (text) => templateNeeds.has(text) || isVariant(text),
    );
    return found.size > 0 ? [...found].sort() : 'corrected';
  };
  const answering = (event: string): readonly Answering[] =>
    processes
      .filter(({ eventTypes: heard }) => (heard as readonly string[]).includes(event))
      .map(({ name }) => {
        const steps = madeOf(graph, declared.get(name) as Declared, event, (_, as) => as === 'step');
        return { process: name, steps: [...steps].sort().map((step) => ({ step, partner: partnerOf(step) })) };
      });
  return (event) => {
    const readModels = particular.filter(({ handles }) => handles.has(event)).map(({ name }) => name);
    const told = graph.at('domain/webhook/notices.ts#told');
    const document = kinds.get(event);
    return {
      readModels,
      reports: reports
        .filter(({ models }) => models.some((model) => readModels.includes(model)))
        .map(({ name }) => name),
      processes: answering(event),
      notices: noticeTypes.filter((type) => madeOf(graph, told, event, () => true).has(type)),
      documents: document === undefined ? [] : [document],
      templates: templates(event),
      readers: readers.get(event) ?? [],
    };
  };
};
