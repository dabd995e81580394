using Mesh.Model.Naming;
using Mesh.Server.Rest.Errors;

namespace Mesh.Server.Rest.Resources;

/// <summary>KRIs in paths.</summary>
internal static class KriText
{
    private const int Parts = 7;

    /// <exception cref="RestException">It is none.</exception>
    public static Kri Parse(string text) =>
        Kri.TryParse(text, out var kri) ? kri
        : text.Split('_').Length >= Parts ? throw RestException.BadRequest($"identifier must start with 'kri': \"{text}\"")
        : throw RestException.BadRequest($"invalid identifier string: \"{text}\"");
}
