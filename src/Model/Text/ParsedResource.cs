using Mesh.Model.Resources;
using Mesh.Model.Validation;

namespace Mesh.Model.Text;

/// <summary>What became of one document. It holds a resource exactly when it has neither <see cref="Error"/> nor violations.</summary>
public sealed class ParsedResource
{
    /// <summary>The resource, with the labels and times of the document; null when it could not be read.</summary>
    public Resource? Resource { get; init; }

    /// <summary>Why the document is no resource at all (syntax, a value of a wrong kind), or null.</summary>
    public string? Error { get; init; }

    /// <summary>Where the document does not fit the kind's schema.</summary>
    public ViolationList Violations { get; init; } = new();

    /// <summary>Paths of fields that the kind does not have; they were dropped. At most 100.</summary>
    public IReadOnlyList<string> UnknownFields { get; init; } = [];

    /// <summary>Sentences for the writer about <see cref="UnknownFields"/>.</summary>
    public IEnumerable<string> Warnings => UnknownFields.Select(path => $"unknown field '{path}' was ignored");

    internal static ParsedResource Unreadable(string error) => new() { Error = error };
}
