using System.Text;

namespace Mesh.Cli.Client;

/// <summary>A control plane answered with an error.</summary>
internal sealed class ApiException(int status, string title, string detail, IReadOnlyList<(string Field, string Reason)> violations)
    : Exception(Describe(title, detail, violations))
{
    public int Status => status;

    /// <summary>All violations, one a line.</summary>
    private static string Describe(string title, string detail, IReadOnlyList<(string Field, string Reason)> violations)
    {
        var text = new StringBuilder($"{title} ({detail})");
        foreach (var (field, reason) in violations)
        {
            text.Append("\n* ").Append(field.Length > 0 ? $"{field}: {reason}" : reason);
        }

        return text.ToString();
    }
}
