/* A source of names of nsswitch.conf that is neither a file nor a name server, as LDAP or mDNS: it knows one name. */
#include <errno.h>
#include <netdb.h>
#include <nss.h>
#include <string.h>
#include <sys/socket.h>

enum nss_status _nss_poor_gethostbyname2_r(const char *name, int family, struct hostent *host, char *room, size_t size,
                                           int *error, int *why);

enum nss_status _nss_poor_gethostbyname2_r(const char *name, int family, struct hostent *host, char *room, size_t size,
                                           int *error, int *why)
{
    static const char address[4] = {127, 0, 0, 1};
    struct places {
        char *none, *addresses[2], address[4], name[64];
    } *in = (struct places *)(((size_t)room + 15) & ~(size_t)15);
    if (family != AF_INET || strcmp(name, "only.in.directory.test") != 0 || size < sizeof *in + 16) {
        *error = ENOENT;
        *why = HOST_NOT_FOUND;
        return NSS_STATUS_NOTFOUND;
    }
    memcpy(in->address, address, 4);
    strcpy(in->name, name);
    in->none = NULL;
    in->addresses[0] = in->address;
    in->addresses[1] = NULL;
    host->h_name = in->name;
    host->h_aliases = &in->none;
    host->h_addrtype = AF_INET;
    host->h_length = 4;
    host->h_addr_list = in->addresses;
    return NSS_STATUS_SUCCESS;
}
