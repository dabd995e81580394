namespace Mesh.Protocol.Ads;

/// <summary>One rejected response.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Nonce">Its nonce.</param>
/// <param name="Names">The resources at fault as far as known; they wait for new content. Empty: the search goes on.</param>
/// <param name="Message">The client's words, at most 4096 characters.</param>
public sealed record XdsRejection(XdsType Type, long Nonce, IReadOnlyList<string> Names, string Message);
