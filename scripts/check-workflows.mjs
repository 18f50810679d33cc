/**
 * Reads what a hosted CI would read: the workflows with GitHub's own parser, the forms for issues with a parser of YAML and the
 * rules that GitHub documents. Workflows run whole versions of actions, and scripts that there are.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { register } from 'node:module';
import { parse } from 'yaml';

// The parser imports a JSON file without the attribute that Node asks for.
const load = `export const load = (url, context, next) =>
  next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context);`;
register(`data:text/javascript,${encodeURIComponent(load)}`);
const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import('@actions/workflow-parser');

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
const workflows = filesIn('.github/workflows');
const forms = filesIn('.github/ISSUE_TEMPLATE').filter((file) => !file.endsWith('/config.yml'));
if (workflows.length === 0 || forms.length === 0) throw new Error('There are no workflows or no forms to check.');

const complaints = [...(await Promise.all(workflows.map(aboutWorkflow))).flat(), ...forms.flatMap(aboutForm)];
for (const complaint of complaints) console.error(`✗ ${complaint}`);
console.log(`${workflows.length} workflows and ${forms.length} forms, ${complaints.length} complaints.`);
process.exit(complaints.length > 0 ? 1 : 0);

function filesIn(folder) {
  return readdirSync(folder).map((name) => `${folder}/${name}`);
}

async function aboutWorkflow(file) {
  const content = readFileSync(file, 'utf8');
  const { context, value } = parseWorkflow({ name: file, content }, new NoOperationTraceWriter());
  if (value !== undefined) await convertWorkflowTemplate(context, value); // finds more, such as needs of a job that is not there
  const said = new Set(context.errors.getErrors().map(({ message }) => message));
  const steps = Object.values(parse(content).jobs).flatMap((job) => job.steps);
  return [...said, ...steps.flatMap((step) => aboutStep(step).map((complaint) => `${file}: ${complaint}`))];
}

function aboutStep({ uses, run = '' }) {
  const missing = [...run.matchAll(/npm run (\S+)|^(?:node )?([.\w-]+\/\S+)/gm)]
    .filter(([, script, path]) => (script === undefined ? !existsSync(path) : !(script in scripts)))
    .map(([command]) => `there is nothing to run for "${command}"`);
  const isWhole = uses === undefined || /@v\d+[.]\d+[.]\d+$|@[\da-f]{40}$/.test(uses);
  return isWhole ? missing : [...missing, `${uses} is not a whole version, such as @v1.2.3`];
}

/** The rules of forms: https://docs.github.com/communities, "Syntax for GitHub's form schema". */
function aboutForm(file) {
  const { name, description, body, ...rest } = parse(readFileSync(file, 'utf8'));
  const others = Object.keys(rest).filter((key) => !['labels', 'title', 'assignees', 'projects', 'type'].includes(key));
  const ids = body.flatMap(({ id = [] }) => id);
  return [
    ...(name && description ? [] : ['it has no name or no description']),
    ...others.map((key) => `there is no field called ${key}`),
    ...(new Set(ids).size === ids.length ? [] : ['two fields have one id']),
    ...body.flatMap(aboutField),
  ].map((complaint) => `${file}: ${complaint}`);
}

function aboutField({ type, id = '', attributes = {}, validations = {}, ...rest }) {
  const known = {
    markdown: ['value'],
    textarea: ['label', 'description', 'placeholder', 'value', 'render'],
    input: ['label', 'description', 'placeholder', 'value'],
    dropdown: ['label', 'description', 'multiple', 'options', 'default'],
    checkboxes: ['label', 'description', 'options'],
  }[type];
  if (known === undefined) return [`there is no type of field called ${type}`];
  const where = `the ${type} ${id}`;
  const options = attributes.options ?? [];
  const labels = type === 'checkboxes' ? options.map(({ label }) => label) : options;
  const isListed = known.includes('options');
  return [
    ...Object.keys(attributes).filter((key) => !known.includes(key)),
    ...Object.keys(validations).filter((key) => key !== 'required' || type === 'checkboxes'),
    ...Object.keys(rest),
  ]
    .map((key) => `${where} has ${key}, which there is not`)
    .concat(typeof attributes[known[0]] === 'string' ? [] : [`${where} has no ${known[0]}`])
    .concat(
      isListed && (labels.length === 0 || labels.some((label) => typeof label !== 'string'))
        ? [`${where} has options that are not texts`]
        : [],
    )
    .concat(new Set(labels).size === labels.length ? [] : [`${where} has one option twice`]);
}
