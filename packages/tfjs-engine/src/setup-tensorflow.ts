import { spawn } from 'node:child_process';
import { access, copyFile, mkdir, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** What {@link setupTensorflow} needs. */
export interface SetupTensorflowOptions {
  /** Folder of the program that will use the engine. */
  readonly project: string;
  /** A Python with pip; its own TensorFlow is used where it has one. */
  readonly python: string;
  /** What pip installs where Python has no TensorFlow, beside the program and not into Python. */
  readonly wheel: string;
  readonly log: (line: string) => void;
}

const TFJS_NODE = '@tensorflow/tfjs-node';
const TFJS_NODE_VERSION = '4.22.0';
const NODE_GYP = 'node-gyp@11.5.0';
/** The newest Node-API version that tfjs-node looks for. */
const NAPI = 'napi-v8';

/**
 * Gives @tensorflow/tfjs-node the TensorFlow library of a Python wheel: its own install step downloads TensorFlow 2.9.1 from
 * outside the package registry. The wheel's `libtensorflow_cc.so.2` exports the same C interface; tfjs-node's addon is
 * compiled against it. Linux; asks for a C++ compiler and make.
 *
 * @returns TensorFlow's version, as the compiled addon says it
 * @throws Error if a step fails; what it printed is on the terminal
 */
export async function setupTensorflow(options: SetupTensorflowOptions): Promise<string> {
  const { project, log } = options;
  if (process.platform !== 'linux') {
    throw new Error(`setupTensorflow: must run on Linux, got ${process.platform}`);
  }
  const tfjsNode = await findTfjsNode(project, log);
  const tensorflow = await findTensorflow(options);
  log(`linking the library of ${tensorflow}`);
  await linkLibraries(tensorflow, join(tfjsNode, 'deps'));
  log('compiling the addon');
  await compileAddon(tfjsNode);
  const version = `process.stdout.write(require(${JSON.stringify(TFJS_NODE)}).backend().binding.TF_Version)`;
  return run(process.execPath, ['-e', version], project);
}

async function findTfjsNode(project: string, log: (line: string) => void): Promise<string> {
  const locate = (): string =>
    dirname(createRequire(join(project, 'package.json')).resolve(`${TFJS_NODE}/package.json`));
  try {
    return locate();
  } catch {
    log(`installing ${TFJS_NODE} without its install step`);
    const spec = `${TFJS_NODE}@${TFJS_NODE_VERSION}`;
    await run('npm', ['install', '--no-save', '--ignore-scripts', '--no-audit', spec], project);
    return locate();
  }
}

/** The folder of the Python package: Python's own, else one installed beside the program. */
async function findTensorflow(options: SetupTensorflowOptions): Promise<string> {
  const { project, python, wheel, log } = options;
  const script =
    'import importlib.util as u; s = u.find_spec("tensorflow"); print(s.submodule_search_locations[0] if s else "")';
  const installed = (await run(python, ['-c', script], project)).trim();
  if (installed !== '') return installed;
  const target = join(project, 'node_modules', '.cache', 'tfjs-engine', wheel);
  const folder = join(target, 'tensorflow');
  if (await exists(join(folder, 'libtensorflow_cc.so.2'))) return folder;
  log(`installing ${wheel} beside the program`);
  await rm(target, { recursive: true, force: true });
  await run(python, ['-m', 'pip', 'install', '--no-deps', '--target', target, wheel], project);
  return folder;
}

/** Lays the wheel's libraries and headers where tfjs-node's binding.gyp looks for those of the C library. */
async function linkLibraries(tensorflow: string, deps: string): Promise<void> {
  await rm(deps, { recursive: true, force: true });
  await mkdir(join(deps, 'lib'), { recursive: true });
  await symlink(join(tensorflow, 'include'), join(deps, 'include'));
  const links: [file: string, names: string[]][] = [
    ['libtensorflow_cc.so.2', ['libtensorflow_cc.so.2', 'libtensorflow.so.2', 'libtensorflow.so']],
    [
      'libtensorflow_framework.so.2',
      ['libtensorflow_framework.so.2', 'libtensorflow_framework.so'],
    ],
  ];
  for (const [file, names] of links) {
    await access(join(tensorflow, file));
    for (const name of names) await symlink(join(tensorflow, file), join(deps, 'lib', name));
  }
}

async function compileAddon(tfjsNode: string): Promise<void> {
  const prefix = dirname(dirname(process.execPath));
  const hasHeaders = await exists(join(prefix, 'include', 'node', 'node_api.h'));
  await run(
    'npm',
    [
      ...['exec', '--yes', '--', NODE_GYP, 'rebuild'],
      ...(hasHeaders ? [`--nodedir=${prefix}`] : []),
      ...['--module_name=tfjs_binding', `--module_path=${join(tfjsNode, 'lib', NAPI)}`],
      `--napi_build_version=${NAPI.slice('napi-v'.length)}`,
    ],
    tfjsNode,
  );
  await mkdir(join(tfjsNode, 'lib', NAPI), { recursive: true });
  const addon = 'tfjs_binding.node';
  await copyFile(join(tfjsNode, 'build', 'Release', addon), join(tfjsNode, 'lib', NAPI, addon));
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Runs a program to its end; its standard output is returned, its messages pass through. */
function run(command: string, parameters: readonly string[], folder: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (part: Buffer) => {
      output += part;
    });
    child.on('error', (error) =>
      reject(new Error(`setupTensorflow: ${command}: ${error.message}`)),
    );
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else
        reject(new Error(`setupTensorflow: ${command} ${parameters[0]} ended with code ${code}`));
    });
  });
}
