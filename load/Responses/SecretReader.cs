using EnvoyApi.Config.Core.V3;
using EnvoyApi.Extensions.TransportSockets.Tls.V3;
using Mesh.Protocol.Wire;

namespace Mesh.Load.Responses;

/// <summary>Reads which secrets a transport socket needs, in its bytes.</summary>
internal static class SecretReader
{
    /// <summary>Reads a transport socket.</summary>
    /// <param name="type">Full name of its configuration if it is one of TLS; another one needs no secrets.</param>
    /// <param name="common">Where the common part is in that.</param>
    /// <param name="secrets">Their names are added, each once.</param>
    /// <param name="isMalformed">Set if the bytes are no message, else left as it is.</param>
    public static void Read(ReadOnlySpan<byte> socket, ReadOnlySpan<byte> type, int common, NameTable names, List<int> secrets, ref bool isMalformed)
    {
        var config = MessageFields.Find(socket, TransportSocket.TypedConfigFieldNumber, ref isMalformed);
        if (!MessageFields.TryUnpack(config, type, out var tls, ref isMalformed))
        {
            return;
        }

        var fields = new FieldReader(MessageFields.Find(tls, common, ref isMalformed));
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case CommonTlsContext.TlsCertificateSdsSecretConfigsFieldNumber or CommonTlsContext.ValidationContextSdsSecretConfigFieldNumber:
                    ReadSecret(fields.Bytes, names, secrets, ref isMalformed);
                    break;
                case CommonTlsContext.CombinedValidationContextFieldNumber:
                    const int Secret = CommonTlsContext.Types.CombinedCertificateValidationContext.ValidationContextSdsSecretConfigFieldNumber;
                    ReadSecret(MessageFields.Find(fields.Bytes, Secret, ref isMalformed), names, secrets, ref isMalformed);
                    break;
            }
        }

        isMalformed |= fields.Malformed;
    }

    private static void ReadSecret(ReadOnlySpan<byte> secret, NameTable names, List<int> secrets, ref bool isMalformed)
    {
        // Without a source of their own they are of the bootstrap and nobody asks for them.
        if (MessageFields.TryFind(secret, SdsSecretConfig.SdsConfigFieldNumber, out _, ref isMalformed))
        {
            names.AddOnce(MessageFields.Find(secret, SdsSecretConfig.NameFieldNumber, ref isMalformed), secrets);
        }
    }
}
