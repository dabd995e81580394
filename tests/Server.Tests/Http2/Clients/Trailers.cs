using Mesh.Server.Ads.Http2.Hpack;
using Mesh.Server.Tests.Http2.Hpack;

namespace Mesh.Server.Tests.Http2.Clients;

/// <summary>The fields of what a server sends in HEADERS; it has no table.</summary>
internal static class Trailers
{
    public static Dictionary<string, string> Of(ReceivedFrame headers) =>
        FieldList.Decode(new HeaderDecoder(), headers.Payload)!.ToDictionary(field => field.Name, field => field.Value);
}
