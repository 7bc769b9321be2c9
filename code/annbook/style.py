"""Colors and settings that every figure of the book shares, Matplotlib's and seaborn's."""

#: Okabe–Ito: readers with any color vision can tell them apart. Class k is drawn in COLORS[k].
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
#: Class k is drawn with MARKERS[k], so that the classes stay apart in gray, too.
MARKERS = ("o", "^", "s", "D", "v", "P", "X")

FIGURE_WIDTH = 7.0  # inches
GRAY = "#595959"  # secondary text: 7:1 on white

RC_PARAMS = {
    "figure.figsize": (FIGURE_WIDTH, 4.0),
    "figure.dpi": 110,
    "savefig.dpi": 220,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "axes.facecolor": "white",
    "figure.constrained_layout.use": True,
    "font.size": 11,
    "axes.titlesize": 12,
    "axes.labelsize": 11,
    "figure.titlesize": 13,
    "xtick.labelsize": 10,
    "ytick.labelsize": 10,
    "legend.fontsize": 10,
    "legend.title_fontsize": 10,
    "legend.frameon": True,
    "legend.framealpha": 0.85,
    "legend.edgecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GRAY,
    "axes.grid": False,
    "grid.color": "#D9D9D9",
    "lines.linewidth": 2.0,
    "lines.markersize": 6,
    "patch.force_edgecolor": False,
    "patch.edgecolor": "black",
    "image.cmap": "gray_r",
    "image.interpolation": "nearest",
}
