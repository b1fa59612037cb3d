import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isTypeAliasDeclaration } from 'typescript/unstable/ast';
import { eventTypes, schemaVersionOf } from '../../commands/codec.ts';
import { type TextKind, textFields } from '../../domain/personal/declared.ts';
import { type Aggregate, aggregatesOf } from './aggregates.ts';
import { codeGraph } from './codeGraph.ts';
import { openCompiler, root, sourcesBelow } from './compiler.ts';
import { type Consumers, consumersOf } from './consumers.ts';
import { type Field, fieldsOf } from './fields.ts';
import { producersOf, type Source } from './producers.ts';
import { type Unit, unitOf } from './units.ts';

/** `sealed`: the text of people, or a secret, that nobody finds in the log as it was written. */
export type DescribedField = Field & { readonly unit: Unit | ''; readonly kept: TextKind | undefined };

export type DescribedEvent = {
  readonly type: string;
  readonly version: number;
  readonly category: string;
  /** Where it is declared. */
  readonly file: string;
  readonly meaning: string;
  readonly fields: readonly DescribedField[];
  /** Commands that may lead to it, each with who asks for it. */
  readonly commands: readonly { readonly name: string; readonly askers: readonly Source[] }[];
  /** Who writes it without a command. */
  readonly makers: readonly Source[];
  readonly consumers: Consumers;
  /** Data as it lies in the log, in the latest version. */
  readonly example: unknown;
};

export type Catalogue = { readonly aggregates: readonly Aggregate[]; readonly events: readonly DescribedEvent[] };

const goldenOf = (type: string, version: number): unknown =>
  JSON.parse(readFileSync(join(root, 'tests/golden/events', `${type}.v${version}.golden.json`), 'utf8')).data;

const keptAs = (type: string, path: string): TextKind | undefined => {
  const declared = (textFields as Readonly<Record<string, Readonly<Record<string, TextKind>>>>)[type];
  return declared?.[path.replaceAll(/\[\]|\{\}/g, '.*')];
};

/** Every event that this product writes, as the code has it. Throws for one that the code says too little of. */
export const readCatalogue = (): Catalogue => {
  const compiler = openCompiler();
  try {
    const { checker, fileOf } = compiler;
    const files = ['domain', 'commands', 'projections', 'adapters', 'api'].flatMap(sourcesBelow);
    const graph = codeGraph(files, fileOf);
    const aggregates = aggregatesOf(graph, checker);
    const producers = producersOf(graph, checker, aggregates);
    const consumers = consumersOf(graph);
    const declarations = new Map(
      files
        .filter((file) => /^domain\/.*[eE]vents\.ts$/.test(file))
        .flatMap((file) => fileOf(file).statements.map((statement) => ({ file, statement })))
        .flatMap(({ file, statement }) =>
          isTypeAliasDeclaration(statement) ? [[statement.name.text, { file, name: statement.name }] as const] : [],
        ),
    );
    const describe = (type: string): DescribedEvent => {
      const declared = declarations.get(type);
      const sign = declared && checker.getSymbolAtLocation(declared.name);
      const event = sign && checker.getDeclaredTypeOfSymbol(sign);
      const data = event && checker.getPropertyOfType(event, 'data');
      const dataType = data && checker.getTypeOfSymbol(data);
      if (declared === undefined || sign === undefined || dataType === undefined)
        throw new Error(`${type} is declared nowhere under its own name`);
      const own = aggregates.filter(({ events }) => events.includes(type));
      const [aggregate] = own;
      if (aggregate === undefined || own.length > 1) throw new Error(`${type} is of ${own.length} aggregates`);
      const { category } = aggregate;
      const version = schemaVersionOf(type);
      const types = dataType.isUnionType() ? dataType.getTypes() : [dataType];
      return {
        ...{ type, version, category, file: declared.file },
        meaning: sign.getDocumentationComment(checker).replaceAll(/\s+/g, ' ').trim(),
        fields: fieldsOf(checker, types).map((field) => ({
          ...field,
          unit: unitOf(type, field),
          kept: keptAs(type, field.path),
        })),
        commands: aggregate.commands
          .filter(({ events }) => events.includes(type))
          .map(({ name }) => ({ name, askers: producers.askersOf(category, name) })),
        makers: producers.makersOf(type),
        consumers: consumers(type),
        example: goldenOf(type, version),
      };
    };
    return { aggregates, events: eventTypes.map(describe) };
  } finally {
    compiler.close();
  }
};
