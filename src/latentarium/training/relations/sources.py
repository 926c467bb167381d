"""Relations and starting layouts of a training's images: computed once for a data set and setting, then kept."""

import numpy as np

from latentarium.core.arrays import Bytes, Floats
from latentarium.core.progress import IsCancelled, Progress, ignore, never
from latentarium.training.relations.affinities import fuzzy_memberships, gaussian_affinities
from latentarium.training.relations.graph import Graph, sum_symmetrised, union_symmetrised
from latentarium.training.relations.neighbours import nearest_images
from latentarium.training.relations.store import kept

REACH = 3  # t-SNE's neighbours, in perplexities


def tsne_graph(images: Bytes, perplexity: float, progress: Progress = ignore, cancelled: IsCancelled = never) -> Graph:
    """t-SNE's symmetrised affinities of images, uint8 (N, H, W, C), among the 3·perplexity nearest; sum 1, both ways.

    Raises CancelledError.
    """

    def made() -> Graph:
        rows, squares = nearest_images(images, int(REACH * perplexity), progress, cancelled)
        if rows.shape[1] == 0:
            return sum_symmetrised(rows, squares)
        progress("Relating neighbours", None)
        return sum_symmetrised(rows, gaussian_affinities(squares, perplexity))

    return kept(images, f"tsne-{perplexity!r}", made)


def umap_graph(images: Bytes, neighbours: int, progress: Progress = ignore, cancelled: IsCancelled = never) -> Graph:
    """UMAP's fuzzy graph of images, uint8 (N, H, W, C), among the nearest `neighbours`. Raises CancelledError."""

    def made() -> Graph:
        rows, squares = nearest_images(images, neighbours, progress, cancelled)
        if rows.shape[1] == 0:
            return union_symmetrised(rows, squares)
        progress("Relating neighbours", None)
        return union_symmetrised(rows, fuzzy_memberships(np.sqrt(squares), neighbours))

    return kept(images, f"umap-{neighbours}", made)


def pixel_components(images: Bytes, dimensions: int) -> Floats:
    """The first principal components of the pixels in 0 to 1: uint8 (N, H, W, C) -> (N, dimensions).

    Each component's sign makes its largest weight positive; those beyond the pixels' rank are 0.
    """
    pixels = images.reshape(len(images), -1).astype(np.float32) / 255
    pixels -= pixels.mean(0)
    count, width = pixels.shape
    places = np.zeros((count, dimensions), np.float32)
    if width <= count:
        _, vectors = np.linalg.eigh(pixels.T @ pixels)
        axes = vectors[:, ::-1][:, :dimensions]
    else:
        _, vectors = np.linalg.eigh(pixels @ pixels.T)
        axes = pixels.T @ vectors[:, ::-1][:, :dimensions]
        lengths = np.linalg.norm(axes, axis=0)
        axes /= np.where(lengths > 0, lengths, 1)
    axes = axes * np.where(axes[np.abs(axes).argmax(0), np.arange(axes.shape[1])] < 0, -1, 1)
    places[:, : axes.shape[1]] = pixels @ axes
    return places


def spectral_layout(graph: Graph, dimensions: int, progress: Progress = ignore) -> Floats:
    """Where a graph of N rows lies by its normalised Laplacian's first eigenvectors: (N, dimensions), largest 10.

    The constant vector is left out. (Belkin and Niyogi 2003.) Each vector's sign makes its largest entry positive;
    those beyond N − 1 are 0. A graph in several parts has each part in a place of its own.
    """
    from scipy.sparse import coo_array, identity
    from scipy.sparse.linalg import eigsh

    progress("Laying the graph out", None)
    count = len(graph)
    first, second, values = (part.numpy() for part in graph.pairs)
    half = coo_array((values.astype(np.float64), (first, second)), shape=(count, count)).tocsr()
    weights = half + half.T
    degrees = np.maximum(np.asarray(weights.sum(0)).ravel(), 1e-12)
    scaled = weights.multiply(1 / np.sqrt(degrees)[:, None]).multiply(1 / np.sqrt(degrees)[None]).tocsr()
    wanted = min(dimensions + 1, count)
    if wanted < count - 1 and count > 64:
        # The largest of ½(1 + D^−½ W D^−½), which has no negative eigenvalue, are the Laplacian's smallest.
        begin = np.random.RandomState(0).rand(count)
        _, vectors = eigsh((scaled + identity(count)) / 2, k=wanted, which="LM", v0=begin, tol=1e-4)
    else:
        _, vectors = np.linalg.eigh(scaled.toarray())
    vectors = vectors[:, ::-1][:, 1:wanted]
    places = np.zeros((count, dimensions), np.float32)
    places[:, : vectors.shape[1]] = vectors * np.where(
        vectors[np.abs(vectors).argmax(0), np.arange(vectors.shape[1])] < 0, -1, 1
    )
    largest = np.abs(places).max(initial=0)
    return places * np.float32(10 / largest) if largest > 0 else places
