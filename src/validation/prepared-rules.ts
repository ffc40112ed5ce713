import { getMetadataStorage, ValidationTypes, type ValidationArguments } from 'class-validator';

type Judge = (value: unknown, context: ValidationArguments) => unknown;
type Condition = (object: object, value: unknown) => boolean;

interface PropertyRules {
  readonly property: string;
  readonly conditions: readonly Condition[];
  readonly rules: readonly { readonly judge: Judge; readonly constraints: unknown[] }[];
}

const prepared = new WeakMap<object, readonly PropertyRules[]>();

/**
 * Whether an object passes all rules that class-validator knows of its class. Finds no words for what is wrong: where
 * it says no, `validateSync` says why. That one looks its rules up, sorts them and makes an error object for each
 * property every time, which is most of what it costs (docs/03-speed.md).
 */
export function passesRules(object: object): boolean {
  return rulesOf(object).every(({ property, conditions, rules }) => {
    const value: unknown = Reflect.get(object, property);
    if (!conditions.every((applies) => applies(object, value))) return true;
    const targetName = object.constructor.name;
    return rules.every(({ judge, constraints }) =>
      judge(value, { targetName, property, object, value, constraints }),
    );
  });
}

function rulesOf({ constructor }: object): readonly PropertyRules[] {
  let rules = prepared.get(constructor);
  if (!rules) {
    rules = prepare(constructor);
    prepared.set(constructor, rules);
  }
  return rules;
}

/** @throws Error for a kind of rule that the fields of this house do not use. */
function prepare(target: object): PropertyRules[] {
  const storage = getMetadataStorage();
  const all = storage.getTargetValidationMetadatas(target as () => unknown, '', false, false);
  return Object.entries(storage.groupByPropertyName(all)).map(([property, metadata]) => ({
    property,
    conditions: metadata
      .filter(({ type }) => type === String(ValidationTypes.CONDITIONAL_VALIDATION))
      .map(({ constraints }) => constraints[0] as Condition),
    rules: metadata
      .filter(({ type }) => type !== String(ValidationTypes.CONDITIONAL_VALIDATION))
      .flatMap(({ constraintCls, constraints, each, validateIf }) => {
        const [found, ...others] = storage.getTargetValidatorConstraints(constraintCls);
        if (!found || others.length > 0 || found.async || each || validateIf)
          throw new Error(`The rules of ${property} cannot be prepared.`);
        return { judge: found.instance.validate.bind(found.instance), constraints: constraints as unknown[] };
      }),
  }));
}
