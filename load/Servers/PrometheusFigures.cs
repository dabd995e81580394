using System.Globalization;
using Mesh.Load.Measuring;

namespace Mesh.Load.Servers;

/// <summary>What a control plane of ours tells of its runtime at <c>/metrics</c>.</summary>
internal static class PrometheusFigures
{
    /// <summary>Reads Prometheus' text format.</summary>
    public static RuntimeFigures Read(string text)
    {
        long heap = 0, oldest = 0, allocated = 0;
        var collections = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
        {
            if (Sample(line, "dotnet_gc_last_collection_heap_size_bytes") is { } size)
            {
                heap += size;
                oldest += line.Contains("\"gen2\"", StringComparison.Ordinal) || line.Contains("\"loh\"", StringComparison.Ordinal) ? size : 0;
            }
            else if (Sample(line, "dotnet_gc_heap_total_allocated_bytes_total") is { } total)
            {
                allocated = total;
            }
            else if (Sample(line, "dotnet_gc_collections_total") is { } count)
            {
                collections[line[..line.LastIndexOf('}')]] = count;
            }
        }

        return new RuntimeFigures(heap, allocated, [.. collections.Values], oldest);
    }

    /// <summary>The value of a line, if it is of this metric: NAME{LABELS} VALUE [TIME].</summary>
    private static long? Sample(string line, string metric)
    {
        if (!line.StartsWith(metric, StringComparison.Ordinal) || line.Length <= metric.Length || line[metric.Length] is not '{' and not ' ')
        {
            return null;
        }

        var value = line[(line.LastIndexOf('}') is var end and >= 0 ? end + 1 : metric.Length)..].Trim().Split(' ')[0];
        return (long)double.Parse(value, CultureInfo.InvariantCulture);
    }
}
