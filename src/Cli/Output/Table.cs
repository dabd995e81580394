using System.Globalization;
using System.Text;

namespace Mesh.Cli.Output;

/// <summary>A table as kumactl prints it: columns padded to their widest cell, three blanks between, none behind the last.</summary>
internal sealed class Table(params string[] columns)
{
    private const int Gap = 3;
    private readonly List<string[]> _rows = [columns];

    public void Add(params string[] cells) => _rows.Add(cells);

    public override string ToString()
    {
        var widths = new int[columns.Length];
        foreach (var row in _rows)
        {
            for (var i = 0; i < row.Length; i++)
            {
                widths[i] = Math.Max(widths[i], Width(row[i]));
            }
        }

        var text = new StringBuilder();
        foreach (var row in _rows)
        {
            for (var i = 0; i < row.Length; i++)
            {
                text.Append(row[i]);
                if (i < row.Length - 1)
                {
                    text.Append(' ', widths[i] - Width(row[i]) + Gap);
                }
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static int Width(string cell) => new StringInfo(cell).LengthInTextElements;
}
