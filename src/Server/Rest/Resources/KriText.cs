using Mesh.Model.Naming;
using Mesh.Server.Rest.Errors;

namespace Mesh.Server.Rest.Resources;

/// <summary>KRIs in paths.</summary>
internal static class KriText
{
    /// <exception cref="RestException">It is none.</exception>
    public static Kri Parse(string text) =>
        Kri.TryParse(text, out var kri) ? kri : throw RestException.BadRequest($"invalid identifier string: \"{text}\"");
}
