using System.Globalization;
using System.Net;
using System.Text;

namespace Mesh.Load.Reports;

/// <summary>A plot of lines as inline SVG: nothing is loaded from anywhere.</summary>
internal sealed class SvgPlot(string title, string unit)
{
    private const int Width = 560;
    private const int Height = 220;
    private const int Left = 56;
    private const int Bottom = 28;
    private const int Top = 26;

    private static readonly string[] _colors = ["#2563eb", "#d97706", "#059669", "#dc2626", "#7c3aed", "#0891b2"];

    private readonly List<(string Name, IReadOnlyList<(double X, double Y)> Points)> _lines = [];

    /// <summary>Marks of the horizontal axis; empty: numbers.</summary>
    public IReadOnlyList<(double X, string Text)> Ticks { get; init; } = [];

    /// <summary>Adds a line.</summary>
    public SvgPlot Add(string name, IEnumerable<(double X, double Y)> points)
    {
        var all = points.ToList();
        if (all.Count > 0)
        {
            _lines.Add((name, all));
        }

        return this;
    }

    /// <summary>The plot; empty when it has no line.</summary>
    public override string ToString()
    {
        if (_lines.Count == 0)
        {
            return "";
        }

        var points = _lines.SelectMany(line => line.Points).ToList();
        var (minX, maxX) = (points.Min(p => p.X), Math.Max(points.Max(p => p.X), points.Min(p => p.X) + 1e-9));
        var maxY = Math.Max(points.Max(p => p.Y) * 1.05, 1e-9);
        double X(double x) => Left + ((x - minX) / (maxX - minX) * (Width - Left - 12));
        double Y(double y) => Height - Bottom - (y / maxY * (Height - Bottom - Top));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""<svg viewBox="0 0 {Width} {Height}" role="img" aria-label="{WebUtility.HtmlEncode(title)}">""");
        svg.Append(CultureInfo.InvariantCulture, $"""<text x="{Left}" y="15" class="t">{WebUtility.HtmlEncode(title)} ({WebUtility.HtmlEncode(unit)})</text>""");
        for (var i = 0; i <= 4; i++)
        {
            var y = Y(maxY * i / 4);
            svg.Append(CultureInfo.InvariantCulture, $"""<path class="g" d="M{Left} {y:F1}H{Width - 12}"/>""");
            svg.Append(CultureInfo.InvariantCulture, $"""<text x="{Left - 6}" y="{y + 4:F1}" text-anchor="end">{maxY * i / 4:G3}</text>""");
        }

        var ticks = Ticks.Count > 0 ? Ticks : [.. Enumerable.Range(0, 6).Select(i => minX + ((maxX - minX) * i / 5)).Select(x => (x, x.ToString("G3", CultureInfo.InvariantCulture)))];
        foreach (var (x, text) in ticks)
        {
            svg.Append(CultureInfo.InvariantCulture, $"""<text x="{X(x):F1}" y="{Height - 10}" text-anchor="middle">{WebUtility.HtmlEncode(text)}</text>""");
        }

        for (var i = 0; i < _lines.Count; i++)
        {
            var (name, line) = _lines[i];
            var color = _colors[i % _colors.Length];
            var path = string.Join(' ', line.Select(p => string.Create(CultureInfo.InvariantCulture, $"{X(p.X):F1},{Y(p.Y):F1}")));
            svg.Append(CultureInfo.InvariantCulture, $"""<polyline fill="none" stroke="{color}" stroke-width="1.6" points="{path}"/>""");
            svg.Append(CultureInfo.InvariantCulture, $"""<text x="{Width - 16}" y="{Top + 8 + (i * 14)}" text-anchor="end" fill="{color}">{WebUtility.HtmlEncode(name)}</text>""");
        }

        return svg.Append("</svg>").ToString();
    }
}
