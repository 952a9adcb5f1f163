import {
  type ArrayTensor,
  assignVariables,
  decodeSafetensors,
  fitTorchWeights,
} from '@mammo/tfjs-safetensors';
import type { CadModel } from './cad-model.ts';
import { isTorchFile, readTorchFile } from './torch-file/read-torch-file.ts';

/**
 * Gives Vnet the weights of a VGG11, such as torchvision's of ImageNet, from which the paper starts.
 *
 * @param bytes - a safetensors file, or a .pth file as torchvision publishes ({@link readTorchFile}), with torchvision's names
 *   (`features.0.weight`, … `features.18.bias`); its classifier, if it is there, is left out
 * @throws SafetensorsError or TorchFileError if the file is damaged
 * @throws RangeError if a convolution that the model has is missing or of another shape; nothing is changed then
 * @see Simonyan and Zisserman (2015), Very deep convolutional networks for large-scale image recognition, arXiv 1409.1556
 */
export function loadVgg11(model: CadModel, bytes: Uint8Array): void {
  const vnet = new Map([...model.parameters].filter(([name]) => name.startsWith('vnet.')));
  const tensors = isTorchFile(bytes) ? readTorchFile(bytes) : decodeSafetensors(bytes).tensors;
  const features: Record<string, ArrayTensor> = {};
  for (const name of vnet.keys()) {
    const stored = tensors[name.replace('vnet.', 'features.')];
    if (stored) features[name] = stored;
  }
  const shapes = new Map([...vnet].map(([name, { shape }]) => [name, shape]));
  assignVariables(
    vnet,
    Object.fromEntries(fitTorchWeights(features, shapes, { caller: 'loadVgg11' })),
  );
}
